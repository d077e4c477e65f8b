#include "analysis/pipeline/live_events.h"

#include "base/json.h"

namespace dialix::analysis {

void LiveEvents::Post(const std::string& channel, const std::string& body) const {
  net::HttpRequest request;
  request.method = "POST";
  request.url = "http://localhost/publish/" + channel;
  request.unix_socket = socket_;
  request.headers = {{"Content-Type", "application/json"}, {"X-EventSource-Event", "record"}};
  request.body = body;
  request.connect_timeout = std::chrono::milliseconds(200);
  request.total_timeout = std::chrono::milliseconds(500);
  (void)http_.Send(request);
}

void LiveEvents::Publish(const RecordEvent& event) const {
  if (socket_.empty()) return;
  JsonWriter json;
  json.BeginObject()
      .Field("id", event.record_id)
      .Field("status", event.status)
      .Field("progress", event.percent);
  json.Key("stage");
  event.stage.empty() ? json.Null() : json.String(event.stage);
  const std::string body = json.EndObject().Take();
  Post(event.company_id, body);
  if (!event.operator_id.empty()) Post(event.company_id + "." + event.operator_id, body);
}

}  // namespace dialix::analysis
