#include "analysis/decode/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "media_files.h"

namespace dialix::analysis {
namespace {

using testing::HasSubstr;
using tests::kSpeechMs;
using tests::MediaFolder;

double Rms(std::span<const std::int16_t> samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

struct Format {
  const char* name;
  const char* arguments;
  const char* codec;
  int sample_rate;
};

class EveryFormat : public testing::TestWithParam<Format> {};

TEST_P(EveryFormat, IsProbedAndDecodedToItsTrueLength) {
  const MediaFolder folder;
  const auto file = folder.Ffmpeg(GetParam().name, GetParam().arguments);
  const auto probe = Probe(file, {});
  ASSERT_TRUE(probe.ok()) << probe.error().public_message << probe.error().internal_detail;
  EXPECT_EQ(probe->codec, GetParam().codec);
  EXPECT_EQ(probe->sample_rate, GetParam().sample_rate);
  EXPECT_NEAR(static_cast<double>(probe->duration_ms), kSpeechMs, 200);
  EXPECT_FALSE(probe->truncated);

  const auto decoded = Decode(file, {});
  ASSERT_TRUE(decoded.ok()) << decoded.error().public_message << decoded.error().internal_detail;
  ASSERT_EQ(decoded->audio.channels.size(), 1U);
  EXPECT_NEAR(static_cast<double>(decoded->audio.duration_ms), kSpeechMs, 80);
  EXPECT_EQ(decoded->audio.source_sample_rate, GetParam().sample_rate);
  EXPECT_GT(Rms(decoded->audio.channels[0]), 300);  // it is speech, not silence
  EXPECT_EQ(decoded->note, "");
}

INSTANTIATE_TEST_SUITE_P(Decoder, EveryFormat,
                         testing::Values(Format{"a.wav", "-ar 8000", "pcm_s16le", 8000},
                                         Format{"b.wav", "-ar 48000 -c:a pcm_f32le", "pcm_f32le", 48000},
                                         Format{"alaw.wav", "-ar 8000 -c:a pcm_alaw", "pcm_alaw", 8000},
                                         Format{"ulaw.wav", "-ar 8000 -c:a pcm_mulaw", "pcm_mulaw", 8000},
                                         Format{"gsm49.wav", "-ar 8000 -c:a libgsm_ms", "gsm_ms", 8000},
                                         Format{"a.gsm", "-ar 8000 -c:a libgsm", "gsm", 8000},
                                         Format{"a.mp3", "-c:a libmp3lame", "mp3", 16000},
                                         Format{"phone.mp3", "-ar 8000 -c:a libmp3lame", "mp3", 8000},
                                         Format{"music.mp3", "-ar 44100 -c:a libmp3lame", "mp3", 44100},
                                         Format{"a.m4a", "-c:a aac", "aac", 16000},
                                         Format{"alac.m4a", "-c:a alac", "alac", 16000},
                                         Format{"a.opus", "-c:a libopus", "opus", 48000},
                                         Format{"a.ogg", "-c:a libvorbis", "vorbis", 16000},
                                         Format{"speex.ogg", "-c:a libspeex", "speex", 16000},
                                         Format{"flac.ogg", "-c:a flac", "flac", 16000},
                                         Format{"a.flac", "-c:a flac", "flac", 16000},
                                         Format{"a.webm", "-c:a libopus", "opus", 48000}),
                         [](const auto& parameter) {
                           std::string name = parameter.param.name;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

TEST(Decoder, ReadsAmrNarrowAndWideBand) {
  const MediaFolder folder;
  const auto narrow = Decode(folder.Sox("a.amr-nb", std::string(tests::kSpeech) + " -r 8000 {}"), {});
  ASSERT_TRUE(narrow.ok()) << narrow.error().internal_detail;
  EXPECT_EQ(narrow->media.codec, "amr_nb");
  EXPECT_NEAR(static_cast<double>(narrow->audio.duration_ms), kSpeechMs, 80);
  // Nothing here encodes AMR-WB: fifty 20 ms frames of mode 0 by hand (RFC 4867 §5.3).
  std::string wide = "#!AMR-WB\n";
  for (int frame = 0; frame < 50; ++frame) wide += '\x04' + std::string(17, static_cast<char>(frame * 5));
  const auto decoded = Decode(folder.Write("a.awb", wide), {});
  ASSERT_TRUE(decoded.ok()) << decoded.error().internal_detail;
  EXPECT_EQ(decoded->media.codec, "amr_wb");
  EXPECT_NEAR(static_cast<double>(decoded->audio.duration_ms), 1000, 25);
}

TEST(Decoder, KeepsTheTwoSidesOfAStereoCallApart) {
  const MediaFolder folder;
  const auto file =
      folder.Ffmpeg("two.wav",
                    "-filter_complex "
                    "'[0:a]apad=pad_dur=3[l];[1:a]adelay=3000[r];[l][r]join=inputs=2:channel_layout=stereo'",
                    std::string("-i ") + tests::kSpeech + " -i " + tests::kSpeech);
  const auto decoded = Decode(file, {});
  ASSERT_TRUE(decoded.ok()) << decoded.error().internal_detail;
  ASSERT_EQ(decoded->audio.channels.size(), 2U);
  EXPECT_FALSE(decoded->identical_channels);
  EXPECT_LT(Rms(decoded->audio.channels[1].first(2 * kSampleRate)), 1);
  EXPECT_GT(Rms(decoded->audio.channels[0].first(2 * kSampleRate)), 300);
  EXPECT_EQ(decoded->audio.channels[0].size(), decoded->audio.channels[1].size());
}

TEST(Decoder, TreatsTheSameSoundOnBothSidesAsMonoEvenAfterALossyCodec) {
  const MediaFolder folder;
  for (const char* arguments :
       {"-ac 2", "-ac 2 -c:a libmp3lame -b:a 32k", "-af 'pan=stereo|c0=c0|c1=0.5*c0'"}) {
    const auto name =
        std::string("same") + (std::string(arguments).find("mp3") != std::string::npos ? ".mp3" : ".wav");
    const auto decoded = Decode(folder.Ffmpeg(name, arguments), {});
    ASSERT_TRUE(decoded.ok()) << decoded.error().internal_detail;
    EXPECT_TRUE(decoded->identical_channels) << arguments;
    EXPECT_EQ(decoded->audio.channels.size(), 1U);
    EXPECT_EQ(decoded->media.channels, 2);
  }
}

TEST(Decoder, MixesMoreThanTwoChannelsDownToOne) {
  const MediaFolder folder;
  const auto decoded = Decode(folder.Ffmpeg("surround.wav", "-ac 6 -ar 44100"), {});
  ASSERT_TRUE(decoded.ok()) << decoded.error().internal_detail;
  EXPECT_EQ(decoded->media.channels, 6);
  ASSERT_EQ(decoded->audio.channels.size(), 1U);
  EXPECT_GT(Rms(decoded->audio.channels[0]), 100);
}

TEST(Decoder, ATruncatedFileGivesWhatThereIsAndSaysWhereItBreaksOff) {
  const MediaFolder folder;
  for (const char* name : {"a.wav", "a.mp3", "a.flac", "a.opus", "a.ogg", "a.webm"}) {
    const auto file = folder.CutOff(folder.Ffmpeg(name, ""), 0.6);
    const auto decoded = Decode(file, {});
    ASSERT_TRUE(decoded.ok()) << name << decoded.error().internal_detail;
    EXPECT_TRUE(decoded->media.truncated) << name;
    EXPECT_GT(decoded->audio.duration_ms, 2000) << name;
    EXPECT_LT(decoded->audio.duration_ms, 6000) << name;
    EXPECT_THAT(decoded->note, testing::MatchesRegex("The file breaks off after [0-9]+\\.[0-9] s\\."))
        << name;
    const auto probe = Probe(file, {});
    ASSERT_TRUE(probe.ok()) << name;
    EXPECT_TRUE(probe->truncated) << name;
  }
}

TEST(Decoder, AHeaderThatPromisesTooMuchIsNotBelieved) {
  const MediaFolder folder;
  std::string wav = tests::ReadFile(folder.Ffmpeg("lie.wav", "-fflags +bitexact"));
  wav.replace(40, 4, std::string("\x00\xca\x9a\x3b", 4));  // a data chunk of 1 GB: nearly nine hours
  const auto probe = Probe(folder.Write("lie.wav", wav), {});
  ASSERT_TRUE(probe.ok()) << probe.error().internal_detail;
  EXPECT_EQ(probe->duration_ms, kSpeechMs);
  EXPECT_TRUE(probe->truncated);
}

TEST(Decoder, AStreamedWavWithoutALengthIsNotCalledTruncated) {
  const MediaFolder folder;
  const auto file = folder.Path("streamed.wav");
  std::string wav = tests::ReadFile(folder.Ffmpeg("whole.wav", "-fflags +bitexact"));
  wav.replace(40, 4, "\xff\xff\xff\xff");
  const auto probe = Probe(folder.Write("streamed.wav", wav), {});
  ASSERT_TRUE(probe.ok()) << probe.error().internal_detail;
  EXPECT_EQ(probe->duration_ms, kSpeechMs);
}

TEST(Decoder, FillsTheGapsThatAWebmRecorderLeaves) {
  const MediaFolder folder;
  // Seconds 2 to 5 are dropped but the time stamps go on, as with discontinuous transmission.
  const auto file =
      folder.Ffmpeg("gap.webm", "-af \"aselect='not(between(t,2,5))'\" -c:a libopus -fps_mode passthrough");
  const auto decoded = Decode(file, {});
  ASSERT_TRUE(decoded.ok()) << decoded.error().internal_detail;
  EXPECT_NEAR(static_cast<double>(decoded->audio.duration_ms), kSpeechMs, 200);
}

TEST(Decoder, IsCancelledSoon) {
  const MediaFolder folder;
  const CancelFlag cancel{true};
  const auto decoded = Decode(folder.Ffmpeg("a.wav", ""), {}, &cancel);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace dialix::analysis
