/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_WORDS_H
#define INCLUDED_LARGESC_VHF_WORDS_H

#include "fast_fourier.h"
#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <complex>

namespace gr {
namespace largesc {

//! The pilots' word, correlated with a stream, over a step of time.
struct vhf_words {
    split_values values;      //!< [frequency][time]
    std::vector<float> means; //!< of the power, by frequency
};

/*!
 * \brief Correlates a stream with the word that all pilots are, at 99 frequencies, 410 Hz
 * apart, every 4 samples. Lines of the spectrum are cut down first.
 */
class vhf_word_correlator
{
public:
    //! Samples that are taken at a time: half a slot.
    static constexpr size_t step_samples = vhf_waveform::slot_samples / 2;
    static constexpr size_t time_step = 4; // samples
    static constexpr size_t times = step_samples / time_step;
    static constexpr long widest = 49; // frequencies on either side, 20.1 kHz
    static constexpr size_t frequencies = 2 * widest + 1;
    static constexpr double frequency_step = 28.0 / 4096.0; // cycles per sample
    //! By so many samples the latest word that is seen begins before the step's end.
    static constexpr size_t behind = 96;

    vhf_word_correlator();

    //! Forgets all samples.
    void reset();
    //! Takes a step of samples. Words begin `behind` samples earlier than these; phases
    //! of all frequencies count from the first.
    vhf_words push(const std::complex<float>* samples);

private:
    split_values spectrum();

    fast_fourier d_long, d_short;
    split_values d_word; // its spectrum
    std::vector<std::complex<float>> d_samples;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_WORDS_H */
