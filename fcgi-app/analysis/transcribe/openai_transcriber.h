// Speech to text by any service that speaks OpenAI's POST /v1/audio/transcriptions (OpenAI, whisper.cpp's
// server, vLLM, gateways). Each channel is sent by itself, and of it only stretches with speech in them, at
// most ten minutes a request, cut where nobody speaks. Thread-safe; keeps connections alive between calls.
// Failures: as net/provider_error.h says; an answer of the wrong shape is asked for once more, then
// kUpstream.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "analysis/engines.h"
#include "net/http_client.h"

namespace dialix::analysis {

struct OpenAiTranscriberOptions {
  std::string base_url;  // "https://api.openai.com/v1"
  std::string api_key;   // empty: none is sent
  std::string model;
  std::chrono::milliseconds timeout{120'000};  // of one request
  std::int64_t longest_piece_ms = 600'000;     // 19 MB of WAV: services take 25 MB
  std::int64_t skipped_silence_ms = 15'000;    // longer silences are not sent
};

class OpenAiTranscriber : public Transcriber {
 public:
  explicit OpenAiTranscriber(OpenAiTranscriberOptions options);

  [[nodiscard]] std::string_view Name() const override { return name_; }
  Result<Transcript> Transcribe(const TranscribeRequest& request) override;

 private:
  // One piece of one channel; the body of the answer.
  Result<std::string> Send(const TranscribeRequest& request, std::size_t channel, const Span& piece) const;

  OpenAiTranscriberOptions options_;
  std::string name_;
  net::HttpClient client_;
};

}  // namespace dialix::analysis
