/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TAIL_BITING_DECODER_H
#define INCLUDED_LARGESC_TAIL_BITING_DECODER_H

#include <gnuradio/largesc/fec/tail_biting_code.h>
#include <memory>

namespace gr {
namespace largesc {

class trellis_steps;

//! What a decoder makes of a packet's likelihood ratios.
struct LARGESC_API decoded_word {
    std::vector<uint8_t> bits; //!< the most likely packet, one bit each

    /*!
     * How much more likely (natural logarithm) what came is under this packet than on
     * average over all 2^k packets of random codes: sum over coded bits of c L/2 - ln
     * cosh(L/2), with c = +-1, minus k ln 2. Whatever came (noise, another signal), a
     * value above t has at most probability exp(-t). Where bits were known before, the
     * average is over packets as likely as that makes them: a bit that is as good as
     * certain costs nothing in place of ln 2.
     */
    float evidence = 0.0f;

    //! How much more likely (natural logarithm) the packet is than the next best one that
    //! was seen. Negative where the soft bits contradict the packet.
    float margin = 0.0f;

    /*!
     * What to decide by whether to believe the packet: margin plus half the evidence, of
     * which at most 2 counts. The margin tells packets that noise made of another one,
     * the evidence those made of noise alone; docs/modem.md has what it lets through.
     */
    float reliability() const;

    std::vector<float> soft_bits; //!< ln P(1)/P(0) of each bit of the packet
};

/*!
 * \brief Decoder of tail_biting_code: Viterbi's algorithm around the circle (R. Y. Shao,
 * S. Lin, M. P. C. Fossorier, "Two decoding algorithms for tailbiting codes", IEEE Trans.
 * Commun. 51, 2003); soft bits by the maximum over paths there and back.
 */
class LARGESC_API tail_biting_decoder
{
public:
    //! Times around the circle, at most; fewer if the best path closes earlier.
    static constexpr int max_rounds = 4;

    explicit tail_biting_decoder(const tail_biting_code& code);
    ~tail_biting_decoder();
    tail_biting_decoder(tail_biting_decoder&&) noexcept;

    const tail_biting_code& code() const { return d_code; }

    /*!
     * \param ratios ln P(1)/P(0) of each coded bit; finite
     * \param known the same of each bit of the packet, from elsewhere: what a header is
     *        expected to be, say; finite. Empty: nothing is known
     * \throws std::invalid_argument another number than coded_bits() and info_bits()
     */
    decoded_word decode(const std::vector<float>& ratios,
                        const std::vector<float>& known = {});

private:
    void spread(const std::vector<float>& ratios, const std::vector<float>& known);
    void go_round();
    bool take_closed_path();
    void trace_back(size_t state);
    float evidence(const std::vector<float>& ratios) const;
    float margin(const decoded_word& word) const;
    void go_back(decoded_word& word);

    tail_biting_code d_code;
    std::unique_ptr<trellis_steps> d_steps;
    std::vector<float> d_ratios;  // L/2 by step and generator, 0 where not sent
    std::vector<float> d_known;   // L/2 by step
    std::vector<float> d_metrics; // before each step and after the last, by state
    std::vector<float> d_after, d_next_after;
    std::vector<int32_t> d_origins, d_next_origins;
    std::vector<uint8_t> d_choices; // which predecessor, by step and state
    std::vector<uint8_t> d_bits;    // of the best closed path
    std::vector<float> d_closed;    // best metric of a path from each state to itself
    float d_best = 0.0f;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TAIL_BITING_DECODER_H */
