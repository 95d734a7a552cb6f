/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FADING_PROFILES_H
#define INCLUDED_LARGESC_FADING_PROFILES_H

#include <gnuradio/largesc/api.h>
#include <string>
#include <vector>

namespace gr {
namespace largesc {

//! What a kind of fading channel is like.
struct LARGESC_API fading_profile {
    std::string name;
    double spread; //!< Hz
    double delay;  //!< seconds
};

/*!
 * \brief Fading channels that others use.
 *
 * `mpg`, `mpp`, `mpd` (good, poor, disturbed) as FreeDV and RADE are measured on; the ten
 * of Recommendation ITU-R F.1487 (2000), annex 3, by latitude; `land-mobile`.
 */
LARGESC_API const std::vector<fading_profile>& fading_profiles();

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FADING_PROFILES_H */
