// Which audio channel (or diarized speaker) is the operator. Pure, thread-safe. The rules, strongest first:
//
//  1. channel_map: the company's setting names the operator's channel of a stereo file → that channel,
//  confidence 1.
//     It says nothing of the numbers that a diarization made up for a mono file.
//  2. greeting: each channel earns points by what it says, in the transcript's language or, where that is not
//  told,
//     in the one that its words show. In its first 40 words: a greeting 1, an introduction 3, an offer of
//     help 4. Anywhere: each phrase of an operator's trade 2 (at most 6), "anything else?" 3, asking for a
//     name or number 2; each phrase that customers say ("I want", "my order") −2 (at most −6). A lead of 3
//     points decides: confidence 0.6 + 0.05 a point, at most 0.95; the direction's opinion adds 0.02 or takes
//     0.1.
//  3. direction: the callee speaks first. Inbound: that is the operator, outbound: the customer. Confidence
//  0.6; 0.65
//     if a lead below 3 points agrees, 0.55 if one disagrees. Needs a first speaker who leads by 200 ms.
//  4. A lead of 2 points with no direction to ask → "greeting" with confidence 0.55.
//  5. Else, and for a mono file without diarization: channel −1, confidence 0, "none".
#pragma once

#include <optional>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct RoleHints {
  std::optional<int> operator_channel;  // the company's channel map
  Direction direction = Direction::kUnknown;
};

// `speech`: voice activity, one list an audio channel. Segments of `transcript` carry channels, speakers
// don't matter.
[[nodiscard]] SpeakerRoles DecideRoles(const Transcript& transcript,
                                       const std::vector<std::vector<Span>>& speech, const RoleHints& hints);

// Sets every segment's speaker: the operator's channel, the other one, or unknown where the role or channel
// is.
void ApplyRoles(Transcript& transcript, const SpeakerRoles& roles);

}  // namespace dialix::analysis
