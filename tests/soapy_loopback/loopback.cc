// Copyright 2026 the gr-largesc authors
//
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A SoapySDR driver without hardware, for tests: "driver=largesc_loopback,ether=FILE".
// Devices that name the same file hear each other, also from other processes. Time is the
// machine's: sample i of the ether exists at i/rate. Arguments: noise (root of its
// power), offset (Hz, of what is received), delay (samples), spike (amplitude at the
// middle frequency), half (1: as a HackRF, one direction at a time), lowest (samples/s),
// drop_every and drop_for (s; received samples that get lost), unplugged (a file: while
// it is there the device is not), hears_itself (1: also what it sends).

#include "ether.h"
#include <SoapySDR/Device.hpp>
#include <SoapySDR/Formats.h>
#include <SoapySDR/Registry.hpp>
#include <atomic>
#include <chrono>
#include <complex>
#include <random>
#include <thread>

namespace {

using complex = std::complex<float>;
constexpr double lead_s = 0.005;   // from the first sample written to the air
constexpr double buffer_s = 0.020; // that a transmitter takes ahead
constexpr double settle_s = 0.010; // behind which all of the ether is written
constexpr double middle_hz = 433e6;

class loopback : public SoapySDR::Device
{
public:
    explicit loopback(const SoapySDR::Kwargs& args)
        : d_args(args),
          d_half(number("half", 0) != 0),
          d_air(args.at("ether"), number("hears_itself", 0) != 0),
          d_unplugged(args.count("unplugged") ? args.at("unplugged") : "")
    {
        if (is_unplugged())
            throw std::runtime_error("no such device");
    }

    std::string getDriverKey() const override { return "largesc_loopback"; }
    std::string getHardwareKey() const override { return "loopback"; }
    size_t getNumChannels(int) const override { return 1; }
    bool getFullDuplex(int, size_t) const override { return !d_half; }
    std::vector<std::string> getStreamFormats(int, size_t) const override
    {
        return { SOAPY_SDR_CF32 };
    }
    std::string getNativeStreamFormat(int, size_t, double& full) const override
    {
        full = 1.0;
        return SOAPY_SDR_CF32;
    }
    std::vector<std::string> listAntennas(int, size_t) const override
    {
        return { "TX/RX" };
    }
    std::vector<std::string> listGains(int, size_t) const override { return { "AMP" }; }
    SoapySDR::Range getGainRange(int, size_t) const override { return { 0, 40 }; }
    SoapySDR::Range getGainRange(int, size_t, const std::string&) const override
    {
        return { 0, 40 };
    }
    void setGain(int, size_t, double) override {}
    void setGain(int, size_t, const std::string&, double) override {}
    void setFrequency(int direction, size_t, double hz, const SoapySDR::Kwargs&) override
    {
        d_hz[direction] = hz;
    }
    double getFrequency(int direction, size_t) const override { return d_hz[direction]; }
    SoapySDR::RangeList getFrequencyRange(int, size_t) const override
    {
        return { { 1e6, 6e9 } };
    }
    void setSampleRate(int direction, size_t, double rate) override
    {
        d_rate[direction] = rate;
    }
    double getSampleRate(int direction, size_t) const override
    {
        return d_rate[direction];
    }
    SoapySDR::RangeList getSampleRateRange(int, size_t) const override
    {
        return { { number("lowest", 2e6), 20e6 } };
    }

    SoapySDR::Stream* setupStream(int direction,
                                  const std::string&,
                                  const std::vector<size_t>&,
                                  const SoapySDR::Kwargs&) override
    {
        return reinterpret_cast<SoapySDR::Stream*>(&d_active[direction]);
    }
    void closeStream(SoapySDR::Stream* stream) override { active(stream) = false; }
    size_t getStreamMTU(SoapySDR::Stream*) const override { return 4096; }
    int activateStream(SoapySDR::Stream* stream, int, long long, size_t) override
    {
        if (d_half && (d_active[0] || d_active[1]))
            return SOAPY_SDR_STREAM_ERROR; // the other direction must stop first
        active(stream) = true;
        d_place[direction_of(stream)] = -1;
        return 0;
    }
    int deactivateStream(SoapySDR::Stream* stream, int, long long) override
    {
        active(stream) = false;
        return 0;
    }

    int writeStream(SoapySDR::Stream* stream,
                    const void* const* buffers,
                    size_t count,
                    int&,
                    long long,
                    long) override
    {
        if (!active(stream) || is_unplugged())
            return unplugged();
        const double rate = d_rate[SOAPY_SDR_TX];
        auto& place = d_place[SOAPY_SDR_TX];
        count = std::min<size_t>(count, 4096);
        const auto soonest = static_cast<int64_t>((now_s() + lead_s) * rate);
        if (place <
            soonest - static_cast<int64_t>(lead_s * rate)) // the first, or an underrun
            place = soonest;
        wait_until((place + count) / rate - buffer_s);
        d_air.write(place,
                    static_cast<const complex*>(buffers[0]),
                    count,
                    (d_hz[SOAPY_SDR_TX] - middle_hz) / rate);
        place += count;
        return static_cast<int>(count);
    }

    int readStream(SoapySDR::Stream* stream,
                   void* const* buffers,
                   size_t count,
                   int&,
                   long long&,
                   long) override
    {
        if (!active(stream) || is_unplugged())
            return unplugged();
        const double rate = d_rate[SOAPY_SDR_RX];
        auto& place = d_place[SOAPY_SDR_RX];
        const auto newest = static_cast<int64_t>((now_s() - settle_s) * rate);
        if (place < 0)
            place = newest;
        const double every = number("drop_every", 0);
        if (newest - place > 0.2 * rate || (every > 0 && now_s() - d_dropped > every)) {
            if (d_dropped > 0)
                place = std::max(newest, place) +
                        static_cast<int64_t>(number("drop_for", 0) * rate);
            d_dropped = now_s();
            return SOAPY_SDR_OVERFLOW;
        }
        count = std::min<size_t>(count, 4096);
        wait_until((place + count) / rate + settle_s);
        auto* out = static_cast<complex*>(buffers[0]);
        d_air.read(place - static_cast<int64_t>(number("delay", 0)),
                   out,
                   count,
                   (middle_hz - d_hz[SOAPY_SDR_RX] + number("offset", 0)) / rate);
        add_noise(out, count);
        place += count;
        return static_cast<int>(count);
    }

private:
    static double now_s()
    {
        using namespace std::chrono;
        return duration<double>(steady_clock::now().time_since_epoch()).count();
    }
    static void wait_until(double then)
    {
        if (then > now_s())
            std::this_thread::sleep_for(std::chrono::duration<double>(then - now_s()));
    }
    double number(const char* name, double otherwise) const
    {
        const auto found = d_args.find(name);
        return found == d_args.end() ? otherwise : std::stod(found->second);
    }
    std::atomic<bool>& active(SoapySDR::Stream* stream)
    {
        return *reinterpret_cast<std::atomic<bool>*>(stream);
    }
    size_t direction_of(SoapySDR::Stream* stream) { return &active(stream) - d_active; }
    bool is_unplugged() const
    {
        return !d_unplugged.empty() && access(d_unplugged.c_str(), F_OK) == 0;
    }
    static int unplugged()
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return SOAPY_SDR_STREAM_ERROR;
    }
    void add_noise(complex* out, size_t count)
    {
        const auto noise = static_cast<float>(number("noise", 0));
        const auto spike = static_cast<float>(number("spike", 0));
        std::normal_distribution<float> normal(0.0F, noise / std::sqrt(2.0F));
        for (size_t i = 0; i < count && (noise > 0 || spike > 0); ++i)
            out[i] +=
                complex(spike, 0) +
                (noise > 0 ? complex(normal(d_random), normal(d_random)) : complex());
    }

    const SoapySDR::Kwargs d_args;
    const bool d_half;
    ether d_air;
    const std::string d_unplugged;
    double d_dropped = 0;
    std::atomic<bool> d_active[2] = { { false },
                                      { false } }; // by direction: TX is 0, RX is 1
    int64_t d_place[2] = { -1, -1 };
    double d_hz[2] = { middle_hz, middle_hz }, d_rate[2] = { 2e6, 2e6 };
    std::minstd_rand d_random;
};

SoapySDR::KwargsList find(const SoapySDR::Kwargs& wanted)
{
    const bool is_meant =
        wanted.count("driver") && wanted.at("driver") == "largesc_loopback";
    return is_meant && wanted.count("ether") ? SoapySDR::KwargsList{ wanted }
                                             : SoapySDR::KwargsList{};
}

SoapySDR::Device* make(const SoapySDR::Kwargs& args) { return new loopback(args); }

const SoapySDR::Registry
    registered("largesc_loopback", &find, &make, SOAPY_SDR_ABI_VERSION);

} // namespace
