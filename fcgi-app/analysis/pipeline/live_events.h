// Tells browsers how a call is getting on: posts RecordEvent (docs/openapi.yaml) to nchan's publisher on a
// unix socket. Best effort: a lost event costs nothing but a moment, the record itself has the truth.
// Thread-safe.
#pragma once

#include <string>

#include "analysis/pipeline/analyze.h"
#include "net/http_client.h"

namespace dialix::analysis {

struct RecordEvent {
  std::string company_id;
  std::string operator_id;  // whose call; hears it on a channel of their own; may be empty
  std::string record_id;
  std::string status;
  int percent = 0;
  std::string stage;  // empty: none
};

class LiveEvents {
 public:
  // An empty socket path: nothing is sent.
  explicit LiveEvents(std::string publish_socket) : socket_(std::move(publish_socket)) {}
  void Publish(const RecordEvent& event) const;

 private:
  void Post(const std::string& channel, const std::string& body) const;

  const std::string socket_;
  net::HttpClient http_;
};

}  // namespace dialix::analysis
