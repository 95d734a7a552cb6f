// Copyright 2026 the gr-largesc authors
//
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What lies between loopback devices: a file that their processes share, with a ring of
// samples for each device. Every sample bears its number, so that what is old is silence.

#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <atomic>
#include <cmath>
#include <complex>
#include <stdexcept>
#include <string>

class ether
{
public:
    ether(const std::string& path, bool hears_itself) : d_hears_itself(hears_itself)
    {
        const int file = open(path.c_str(), O_RDWR | O_CREAT, 0600);
        if (file < 0 || ftruncate(file, sizeof(shared)) != 0)
            throw std::runtime_error("no ether at " + path);
        void* found =
            mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
        if (found == MAP_FAILED)
            throw std::runtime_error("no room for an ether at " + path);
        d_shared = static_cast<shared*>(found);
        d_own = d_shared->devices++ % most;
    }
    ~ether() { munmap(d_shared, sizeof(shared)); }
    ether(const ether&) = delete;
    ether& operator=(const ether&) = delete;

    /*! Puts samples at a place; they lie so many cycles per sample off the middle. */
    void
    write(int64_t place, const std::complex<float>* samples, size_t count, double cycles)
    {
        for (size_t i = 0; i < count; ++i) {
            const int64_t at = place + static_cast<int64_t>(i);
            auto& one = d_shared->rings[d_own][at % length];
            one.sample = samples[i] * turn(at, cycles);
            one.place = at;
        }
    }

    /*! The sum of what the devices put there. */
    void read(int64_t place, std::complex<float>* out, size_t count, double cycles) const
    {
        const uint32_t devices = std::min<uint32_t>(d_shared->devices, most);
        for (size_t i = 0; i < count; ++i) {
            const int64_t at = place + static_cast<int64_t>(i);
            std::complex<float> sum;
            for (uint32_t device = 0; device < devices; ++device) {
                const auto& one = d_shared->rings[device][at % length];
                if (one.place == at && (device != d_own || d_hears_itself))
                    sum += one.sample;
            }
            out[i] = sum == std::complex<float>() ? sum : sum * turn(at, cycles);
        }
    }

private:
    static constexpr uint32_t most = 4;
    static constexpr int64_t length = 1 << 19;
    struct slot {
        int64_t place;
        std::complex<float> sample;
    };
    struct shared {
        std::atomic<uint32_t> devices;
        slot rings[most][length];
    };

    static std::complex<float> turn(int64_t at, double cycles)
    {
        const double phase = cycles * static_cast<double>(at);
        return std::polar(1.0F,
                          static_cast<float>(2 * M_PI * (phase - std::floor(phase))));
    }

    const bool d_hears_itself;
    shared* d_shared;
    uint32_t d_own;
};
