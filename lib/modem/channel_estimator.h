/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_CHANNEL_ESTIMATOR_H
#define INCLUDED_LARGESC_CHANNEL_ESTIMATOR_H

#include "carrier_transform.h"
#include "hermitian_system.h"

namespace gr {
namespace largesc {

//! The channel in one symbol, as far as it is known.
struct symbol_channel {
    carrier_values gain;                               //!< expected
    std::array<float, hf_waveform::carriers> variance; //!< of what is wrong with it
};

/*!
 * \brief The channel from all symbols that are known at least in part: linear, with the
 * least mean square error.
 *
 * A channel is a sum of paths with fixed delays (12, over 4 ms) and Doppler shifts (5,
 * over 3.2 Hz), each with a Gaussian amplitude; its expected power is the product of a
 * profile of delays and one of shifts. Both profiles are learnt from the estimates
 * (expectation and maximisation): on a channel that stands still with one path only few
 * amplitudes are left to be estimated.
 */
class channel_estimator
{
public:
    static constexpr size_t delays = 12, shifts = 5, unknowns = delays * shifts;
    static constexpr double delay_step = 2.8;   // samples
    static constexpr double shift_step = 0.032; // cycles per symbol: 0.8 Hz
    static constexpr long memory = 12;          // symbols

    channel_estimator();

    //! Forgets all symbols; `power` of the channel (per carrier) and its noise are a
    //! guess.
    void reset(double power, double noise);

    double noise() const { return d_noise; }
    void set_noise(double noise) { d_noise = noise; }

    /*!
     * A symbol came; one with the same number is replaced.
     * \param number of the symbol, counted from anywhere: even for the slot's first
     * \param came values of the carriers
     * \param data expected values of the data carriers (those of pilots are not read);
     *        nullptr if only the pilots are known
     */
    void know(long number, const carrier_values& came, const carrier_values* data);

    //! Solves for the symbols around this number.
    void estimate(long number);
    //! In this symbol, by the last estimate().
    symbol_channel channel(long number) const;
    //! Amplitudes by delay in this symbol, by the last estimate().
    std::array<std::complex<double>, delays> paths(long number) const;

    //! Learns both profiles from the last estimate().
    void learn();
    //! Mean power by delay; delay i is (i - 5.5) delay_step samples.
    const std::array<double, delays>& delay_profile() const { return d_delay_profile; }

private:
    using value = std::complex<double>;
    using gram = std::array<std::array<value, delays>, delays>;
    struct known_symbol {
        long number;
        std::array<value, delays> projection;
        double data_weight, pilot_weight;
    };

    gram gram_of(size_t symbol, bool pilots) const;
    void add(const known_symbol& known);
    value turn(size_t shift, long number) const;

    std::array<std::array<value, delays>, hf_waveform::carriers> d_waves;
    std::array<gram, hf_waveform::symbols> d_pilot_grams, d_data_grams;
    std::vector<known_symbol> d_known;
    std::array<double, delays> d_delay_profile;
    std::array<double, shifts> d_shift_profile; // sums to 1
    double d_noise = 1.0;
    long d_origin = 0;
    hermitian_system d_system{ unknowns };
    std::vector<value> d_right, d_amplitudes; // [shift][delay]
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_CHANNEL_ESTIMATOR_H */
