#include "analysis/transcribe/openai_transcriber.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "analysis/transcribe/openai_transcription.h"
#include "analysis/transcribe/utterances.h"
#include "analysis/transcribe/wav.h"
#include "net/provider_error.h"

namespace dialix::analysis {
namespace {

struct Piece {
  std::size_t channel = 0;
  Span span;
};

std::vector<Piece> PiecesOf(const TranscribeRequest& request, const OpenAiTranscriberOptions& options) {
  UtteranceLimits limits;
  limits.join_gap_ms = options.skipped_silence_ms;
  limits.max_ms = options.longest_piece_ms;
  limits.padding_ms = 300;
  std::vector<Piece> pieces;
  for (std::size_t channel = 0; channel < request.speech->size(); ++channel) {
    for (const Span& span : Utterances((*request.speech)[channel], request.audio->duration_ms, limits)) {
      pieces.push_back({channel, span});
    }
  }
  return pieces;
}

bool IsCancelled(const TranscribeRequest& request) {
  return request.cancel != nullptr && request.cancel->load();
}

}  // namespace

OpenAiTranscriber::OpenAiTranscriber(OpenAiTranscriberOptions options)
    : options_(std::move(options)), name_("openai/" + options_.model) {
  while (options_.base_url.ends_with('/')) options_.base_url.pop_back();
}

Result<std::string> OpenAiTranscriber::Send(const TranscribeRequest& request, std::size_t channel,
                                            const Span& piece) const {
  const auto samples = request.audio->channels[channel];
  const auto first = std::min(samples.size(), static_cast<std::size_t>(piece.start_ms) * kSampleRate / 1000);
  const auto last = std::min(samples.size(), static_cast<std::size_t>(piece.end_ms) * kSampleRate / 1000);
  net::HttpRequest http;
  http.method = "POST";
  http.url = options_.base_url + "/audio/transcriptions";
  if (!options_.api_key.empty()) http.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
  http.multipart = {
      {"model", options_.model, {}, {}, {}},
      {"response_format", "verbose_json", {}, {}, {}},
      {"timestamp_granularities[]", "word", {}, {}, {}},
      {"timestamp_granularities[]", "segment", {}, {}, {}},
      {"file", WavOf(samples.subspan(first, last - first), kSampleRate), {}, "call.wav", "audio/wav"}};
  if (!request.language.empty()) {
    // The services take ISO 639-1 codes, not regions.
    http.multipart.push_back(
        {"language", request.language.substr(0, request.language.find('-')), {}, {}, {}});
  }
  http.total_timeout = options_.timeout;
  http.cancel = request.cancel;
  DIALIX_TRY(net::HttpResponse response, client_.Send(http));
  if (response.status < 200 || response.status > 299) {
    return net::ProviderError(response, "The speech service", std::time(nullptr));
  }
  return std::move(response.body);
}

Result<Transcript> OpenAiTranscriber::Transcribe(const TranscribeRequest& request) {
  const std::vector<Piece> pieces = PiecesOf(request, options_);
  Transcript transcript{"", name_, {}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& [channel, span] = pieces[i];
    if (IsCancelled(request)) return Fail(Error::Code::kUnavailable, "The analysis was cancelled.");
    DIALIX_TRY(const std::string answer, Send(request, channel, span));
    Result<TranscribedPiece> read = ReadTranscription(answer, span, static_cast<int>(channel));
    if (!read.ok()) {
      DIALIX_TRY(const std::string again, Send(request, channel, span));
      read = ReadTranscription(again, span, static_cast<int>(channel));
      if (!read.ok()) return std::move(read).error();
    }
    if (transcript.language.empty()) transcript.language = read->language;
    for (Segment& segment : read->segments) transcript.segments.push_back(std::move(segment));
    if (request.progress) request.progress(static_cast<int>((i + 1) * 100 / pieces.size()));
  }
  SortSegments(transcript.segments);
  return transcript;
}

}  // namespace dialix::analysis
