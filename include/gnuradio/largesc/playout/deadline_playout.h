/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_DEADLINE_PLAYOUT_H
#define INCLUDED_LARGESC_DEADLINE_PLAYOUT_H

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/playout/arrival_slack.h>
#include <gnuradio/largesc/playout/channel_statistics.h>
#include <gnuradio/largesc/playout/doubts.h>
#include <gnuradio/largesc/playout/playout_step.h>
#include <array>
#include <limits>
#include <memory>

namespace gr {
namespace largesc {

class frame_store;

/*!
 * \brief Playout for live running: one frame per call of step(), whatever has come.
 *
 * The caller's clock is that of the listener: it calls step() when the loudspeaker needs
 * a frame, and says when packets come. At each step the frame `look_ahead` after the one
 * due is the newest: its packet should be there by now. A packet that comes later is
 * still played if its frame is not yet due.
 *
 * The sender's clock is followed by how long before that moment packets come
 * (arrival_slack): when even the last of them wait longer than 1.5 frames, playout wants
 * to play one frame less; when they come within half the margin, one more. Frames of
 * which the sender said that they are silent are left out or repeated here; otherwise the
 * wish goes out with the step (playout_step::adjust), for the decoder knows where speech
 * pauses.
 *
 * Where a stream begins nobody hears when the steps are: the first one says how much of
 * its frame not to play (playout_step::trim), so that the steps after it come the margin
 * and the usual jitter behind the packets, and not up to a frame more. The usual jitter
 * is that of the stream before.
 *
 * A radio's packets come in slots, and some are found late: those of an over's first
 * slots together, once it is certain that there is an over; one that took a second try 80
 * ms after its turn. `behind` says by how much. Playout goes by when such a packet could
 * have come: else all that follows would wait for as long as the first ones did. What is
 * found after its frame's time is late, and is not waited for.
 *
 * A receiver that joins late starts with the packet it hears first. After `idle_after`
 * frames without any packet it plays silence instead of holes, and keeps counting with
 * the clock: the sequence number then bridges outages of any length, as long as both
 * clocks agree within 64 frames (5 s; at 100 ppm for 14 hours). A sender that starts
 * again is noticed by its announcement, by a pause, or when `strikes_to_rejoin` packets
 * in a row are out of time.
 *
 * What is not verified may be damaged: nothing leaves the stream or joins another on one
 * such packet. Where its number is not one that the clock expects, or an announcement
 * tells of another stream or of the end, it waits until the next packet or announcement
 * agrees. Two packets that agree on a number more than 16 frames out of time are of
 * another stream. (Where packets are verified that takes `strikes_to_rejoin`: a network
 * may hold packets up and let them go all at once.)
 */
class LARGESC_API deadline_playout
{
public:
    static constexpr int idle_after = 25;       //!< frames: 2 s
    static constexpr int strikes_to_rejoin = 8; //!< packets
    static constexpr int reach_back = 16;       //!< frames: further back is no duplicate
    static constexpr int reach_ahead = 16;      //!< frames: further ahead is out of time

    /*!
     * \param look_ahead frames, 0..12
     * \param frame_duration seconds on the caller's clock; 0.08 unless that clock is
     * scaled \param margin seconds packets should come before they are needed, 0 up to a
     * frame \param max_wait frames that packets may wait for others that come late \param
     * window packets over which statistics() looks \throws std::invalid_argument a
     * parameter out of range
     */
    explicit deadline_playout(int look_ahead,
                              double frame_duration = 0.08,
                              double margin = 0.02,
                              int max_wait = 2,
                              size_t window = 50);
    ~deadline_playout();

    //! Forgets the stream, the session and the counters.
    void reset();

    //! A larger value pauses playout for the difference, a smaller one leaves frames out.
    void set_look_ahead(int look_ahead);
    int look_ahead() const { return d_look_ahead; }

    /*!
     * A packet came.
     * \param p the packet
     * \param now seconds, any origin
     * \param verified a check value or the layer below vouches for it
     * \param behind seconds by which it was found later than its slot allowed; 0 where
     *        there are no slots
     * \throws std::invalid_argument behind is negative or not finite
     */
    void push(const packet& p, double now, bool verified = false, double behind = 0.0);

    /*!
     * An announcement came.
     * \param session identifies the over; another one than before starts a new stream
     * \param frame number modulo announced_modulus of the frame now sent
     * \param silent the announcement stands for the frame, which is silent
     * \param ends no frame follows from this number on
     * \param now seconds
     * \param verified a check value or the layer below vouches for it
     * \param behind as of a packet
     */
    void announce(uint16_t session,
                  int64_t frame,
                  bool silent,
                  bool ends,
                  double now,
                  bool verified = false,
                  double behind = 0.0);

    /*!
     * The listener needs a frame.
     * \param now seconds
     * \param adjusted what the decoder did since the last step about a wish: -1 it left a
     *        frame out, +1 it played one more
     */
    playout_step step(double now, int adjusted = 0);

    const playout_counts& counts() const { return d_counts; }
    const channel_statistics& statistics() const { return d_statistics; }
    const arrival_slack& slack() const { return d_slack; }
    //! Session of the last announcement, -1 before any.
    int session() const { return d_session; }
    //! Whether nobody is sending.
    bool idle() const;

private:
    static constexpr int64_t never = std::numeric_limits<int64_t>::max();
    static constexpr int history = 2 * packet_codec::sequence_modulus;

    struct moment {
        int64_t frame = never;
        double time = 0.0;
    };

    int64_t newest() const { return d_next_due + d_look_ahead; }
    int64_t frame_of(int sequence) const;
    int64_t number_of(const announced_place& a) const;
    bool belongs_to_another_stream(int64_t frame) const;
    bool is_expected(int64_t frame) const;
    bool is_far(int64_t frame) const;
    bool must_wait(int64_t frame) const;
    bool is_of_another_stream(const announced_place& a) const;
    bool fits(const announced_place& a) const;
    void take(const packet& p, const arrival_time& came, bool verified);
    void
    take(const doubts::timed_packet& first, const packet& p, const arrival_time& came);
    void take(const announced_place& a, const arrival_time& came);
    void take_in_time(int64_t frame, const packet& p, const arrival_time& came);
    void end_in_silence(double now);
    void join(int64_t frame, const arrival_time& came);
    void place_steps(bool was_late);
    void hasten(int64_t frame, const arrival_time& came);
    int64_t steps_behind(double left, bool was_late) const;
    double longest_trim() const;
    void forget_stream();
    void accept(int64_t frame, const packet& p, const arrival_time& came);
    void measure_lateness(int64_t frame, const arrival_time& came);
    void note_need(double now);
    int wish() const;
    playout_step play();
    bool is_silence(int64_t frame) const;
    playout_step silence() const;
    static size_t place(int64_t frame);

    int d_look_ahead = 0;
    const double d_frame_duration;
    const double d_margin;
    const int d_max_wait;

    std::unique_ptr<frame_store> d_frames;
    channel_statistics d_statistics;
    arrival_slack d_slack;
    playout_counts d_counts;
    std::array<moment, history> d_arrivals;
    std::array<moment, history> d_needs;

    int d_session = -1;
    bool d_session_is_sure = false; // verified, or announced twice
    doubts d_doubts;
    bool d_joined = false;
    bool d_joined_is_sure = false; // verified, announced, or two packets in time
    int64_t d_announced = -1;      // where the sender said its stream was, for joining
    int64_t d_first = 0;           // frames before it were not sent to us
    int64_t d_end = never;         // frames from it on will not be sent
    int64_t d_next_due = 0;
    int d_held_steps = 0;    // steps to wait because look-ahead grew
    int d_steps_without = 0; // since the last packet in time
    int d_strikes = 0;
    bool d_stepped = false;
    double d_last_step = 0.0;
    int64_t d_join_frame = 0;
    int64_t d_follows = 0; // the next frame, if none is lost
    double d_join_due = 0.0;
    bool d_may_hasten = false; // joined, and nothing played since
    double d_jitter = 0.0;     // of packets, in the stream before
    double d_trim = 0.0;       // of the next frame played
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_DEADLINE_PLAYOUT_H */
