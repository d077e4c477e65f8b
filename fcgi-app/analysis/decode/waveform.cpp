#include "analysis/decode/waveform.h"

#include <algorithm>

#include "base/json.h"

namespace dialix::analysis {
namespace {

ChannelPeaks PeaksOf(std::span<const std::int16_t> samples, std::size_t buckets) {
  ChannelPeaks peaks;
  peaks.min.reserve(buckets);
  peaks.max.reserve(buckets);
  for (std::size_t i = 0; i < buckets; ++i) {
    const std::size_t begin = samples.size() * i / buckets;
    const std::size_t end = samples.size() * (i + 1) / buckets;
    const auto [low, high] = std::minmax_element(samples.begin() + static_cast<std::ptrdiff_t>(begin),
                                                 samples.begin() + static_cast<std::ptrdiff_t>(end));
    peaks.min.push_back(static_cast<std::int8_t>(*low / 256));
    peaks.max.push_back(static_cast<std::int8_t>(*high / 256));
  }
  return peaks;
}

void WriteNumbers(JsonWriter* json, std::string_view key, const std::vector<std::int8_t>& numbers) {
  json->Key(key).BeginArray();
  for (const std::int8_t number : numbers) json->Int(number);
  json->EndArray();
}

}  // namespace

Waveform ComputeWaveform(const DecodedAudio& audio, int buckets) {
  Waveform waveform;
  waveform.duration_ms = audio.duration_ms;
  for (const auto& samples : audio.channels) {
    waveform.channels.push_back(
        PeaksOf(samples, std::min(samples.size(), static_cast<std::size_t>(buckets))));
  }
  return waveform;
}

std::string WaveformJson(const Waveform& waveform) {
  JsonWriter json;
  json.BeginObject().Field("duration_ms", waveform.duration_ms).Key("channels").BeginArray();
  for (const ChannelPeaks& channel : waveform.channels) {
    json.BeginObject();
    WriteNumbers(&json, "min", channel.min);
    WriteNumbers(&json, "max", channel.max);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace dialix::analysis
