// Removes what crashes leave in the audio store: uploads nobody finished, and recordings no record speaks of.
// Safe beside running uploads and other sweeps: it touches only what is older than an hour.
#pragma once

#include <string>

#include "base/result.h"
#include "storage/audio_store.h"
#include "store/database.h"

namespace dialix::analysis {

struct SweepReport {
  int stale_uploads = 0;
  int orphans = 0;
};

// One pass over at most 1000 recordings, going on behind `cursor`; starts over after the last.
Result<SweepReport> SweepAudioStore(const storage::AudioStore& audio, store::Database& db,
                                    std::string& cursor);

}  // namespace dialix::analysis
