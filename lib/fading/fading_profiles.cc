/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fading/fading_profiles.h>

namespace gr {
namespace largesc {

const std::vector<fading_profile>& fading_profiles()
{
    static const std::vector<fading_profile> profiles{
        { "mpg", 0.1, 0.0005 },
        { "mpp", 1.0, 0.002 },
        { "mpd", 2.0, 0.004 },
        { "low-quiet", 0.5, 0.0005 },
        { "low-moderate", 1.5, 0.002 },
        { "low-disturbed", 10.0, 0.006 },
        { "mid-quiet", 0.1, 0.0005 },
        { "mid-moderate", 0.5, 0.001 },
        { "mid-disturbed", 1.0, 0.002 },
        { "mid-disturbed-nvis", 1.0, 0.007 },
        { "high-quiet", 0.5, 0.001 },
        { "high-moderate", 10.0, 0.003 },
        { "high-disturbed", 30.0, 0.007 },
        { "land-mobile", 25.0, 0.0002 },
    };
    return profiles;
}

} // namespace largesc
} // namespace gr
