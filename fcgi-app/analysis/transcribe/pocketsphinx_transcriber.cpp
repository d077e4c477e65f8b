#include "analysis/transcribe/pocketsphinx_transcriber.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "analysis/transcribe/utterances.h"

namespace dialix::analysis {
namespace {

constexpr int kFramesPerSecond = 100;
constexpr std::int64_t kMsPerFrame = 1000 / kFramesPerSecond;

struct DecoderDeleter {
  void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
};
using DecoderPtr = std::unique_ptr<ps_decoder_t, DecoderDeleter>;
struct ConfigDeleter {
  void operator()(cmd_ln_t* config) const { cmd_ln_free_r(config); }
};

DecoderPtr OpenDecoder(const std::filesystem::path& model_dir) {
  const std::string hmm = model_dir / "en-us";
  const std::string lm = model_dir / "en-us.lm.bin";
  const std::string dict = model_dir / "cmudict-en-us.dict";
  // remove_silence is off: voice activity is known already, and dropped frames would shift every word's time.
  const std::unique_ptr<cmd_ln_t, ConfigDeleter> config(
      cmd_ln_init(nullptr, ps_args(), TRUE, "-hmm", hmm.c_str(), "-lm", lm.c_str(), "-dict", dict.c_str(),
                  "-remove_silence", "no", "-cmn", "batch", "-bestpath", "yes", nullptr));
  return DecoderPtr(config ? ps_init(config.get()) : nullptr);
}

// "<sil>", "[NOISE]", "++BREATH++" are no words.
bool IsFiller(std::string_view word) {
  return word.empty() || word[0] == '<' || word[0] == '[' || word[0] == '+';
}

// "read(2)" is the second way to pronounce "read".
std::string WithoutVariant(std::string_view word) { return std::string(word.substr(0, word.find('('))); }

class PocketsphinxTranscriber : public Transcriber {
 public:
  PocketsphinxTranscriber(std::filesystem::path model_dir, int decoders)
      : model_dir_(std::move(model_dir)), left_(decoders) {}

  std::string_view Name() const override { return "pocketsphinx/en-us"; }

  Result<Transcript> Transcribe(const TranscribeRequest& request) override {
    DIALIX_TRY(const Loan loan, Borrow(request.cancel));
    std::vector<std::vector<Span>> utterances;
    std::int64_t total_ms = 0;
    for (const auto& speech : *request.speech) {
      utterances.push_back(Utterances(speech, request.audio->duration_ms));
      for (const Span& span : utterances.back()) total_ms += span.end_ms - span.start_ms;
    }
    Transcript transcript{"en", std::string(Name()), {}};
    std::int64_t done_ms = 0;
    for (std::size_t channel = 0; channel < utterances.size(); ++channel) {
      std::vector<Word> words;
      for (const Span& span : utterances[channel]) {
        if (request.cancel != nullptr && *request.cancel) return Cancelled();
        DIALIX_CHECK(Recognise(loan.get(), request.audio->channels[channel], span, words));
        done_ms += span.end_ms - span.start_ms;
        if (request.progress)
          request.progress(static_cast<int>(done_ms * 100 / std::max<std::int64_t>(1, total_ms)));
      }
      for (Segment& segment : SegmentsOf(std::move(words), static_cast<int>(channel))) {
        transcript.segments.push_back(std::move(segment));
      }
    }
    SortSegments(transcript.segments);
    return transcript;
  }

 private:
  // A decoder on loan; goes back when it ends.
  class Loan {
   public:
    Loan(PocketsphinxTranscriber* owner, DecoderPtr decoder) : owner_(owner), decoder_(std::move(decoder)) {}
    ~Loan() {
      if (decoder_) owner_->GiveBack(std::move(decoder_));
    }
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    [[nodiscard]] ps_decoder_t* get() const { return decoder_.get(); }

   private:
    PocketsphinxTranscriber* owner_;
    DecoderPtr decoder_;
  };

  static Error Cancelled() { return Fail(Error::Code::kUnavailable, "The analysis was cancelled."); }

  Result<Loan> Borrow(const CancelFlag* cancel) {
    std::unique_lock lock(mutex_);
    while (idle_.empty() && left_ == 0) {
      returned_.wait_for(lock, std::chrono::milliseconds(500));
      if (cancel != nullptr && *cancel) return Cancelled();
    }
    if (!idle_.empty()) {
      DecoderPtr decoder = std::move(idle_.back());
      idle_.pop_back();
      return Loan(this, std::move(decoder));
    }
    --left_;
    lock.unlock();
    DecoderPtr decoder = OpenDecoder(model_dir_);
    if (decoder) return Loan(this, std::move(decoder));
    lock.lock();
    ++left_;
    return Fail(Error::Code::kInternal, "The speech model could not be loaded.", "ps_init failed");
  }

  void GiveBack(DecoderPtr decoder) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(decoder));
    returned_.notify_one();
  }

  static Status Recognise(ps_decoder_t* decoder, std::span<const std::int16_t> plane, const Span& span,
                          std::vector<Word>& words) {
    const auto first = static_cast<std::size_t>(span.start_ms) * kSampleRate / 1000;
    const auto last = std::min(plane.size(), static_cast<std::size_t>(span.end_ms) * kSampleRate / 1000);
    if (first >= last) return Ok();
    const auto samples = plane.subspan(first, last - first);
    // The whole utterance at once: its mean is then normalised over all of it.
    const bool heard = ps_start_utt(decoder) == 0 &&
                       ps_process_raw(decoder, samples.data(), samples.size(), FALSE, TRUE) >= 0;
    if (ps_end_utt(decoder) != 0 || !heard) {
      return Fail(Error::Code::kInternal, "The speech engine failed.", "pocketsphinx refused an utterance");
    }
    logmath_t* const logmath = ps_get_logmath(decoder);
    for (ps_seg_t* segment = ps_seg_iter(decoder); segment != nullptr; segment = ps_seg_next(segment)) {
      const char* const text = ps_seg_word(segment);
      if (text == nullptr || IsFiller(text)) continue;
      int start_frame = 0;
      int end_frame = 0;
      ps_seg_frames(segment, &start_frame, &end_frame);
      const double posterior = logmath_exp(logmath, ps_seg_prob(segment, nullptr, nullptr, nullptr));
      words.push_back({WithoutVariant(text), span.start_ms + start_frame * kMsPerFrame,
                       std::min(span.end_ms, span.start_ms + (end_frame + 1) * kMsPerFrame),
                       std::clamp(posterior, 0.0, 1.0)});
    }
    return Ok();
  }

  const std::filesystem::path model_dir_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<DecoderPtr> idle_;
  int left_;  // decoders that may still be made
};

}  // namespace

Result<std::unique_ptr<Transcriber>> MakePocketsphinxTranscriber(const std::filesystem::path& model_dir,
                                                                 int decoders) {
  for (const char* part : {"en-us/mdef", "en-us.lm.bin", "cmudict-en-us.dict"}) {
    if (!std::filesystem::exists(model_dir / part)) {
      return Fail(Error::Code::kInvalid, "The speech model is not in " + model_dir.string() + ": " + part +
                                             " is missing (Debian package pocketsphinx-en-us).");
    }
  }
  err_set_logfp(nullptr);  // it would write to our stderr, which carries JSON lines
  return std::unique_ptr<Transcriber>(
      std::make_unique<PocketsphinxTranscriber>(model_dir, std::max(1, decoders)));
}

}  // namespace dialix::analysis
