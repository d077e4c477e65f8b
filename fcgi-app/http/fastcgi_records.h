// The answer's side of the FastCGI protocol (specification §3.3, §5.3, §5.5): STDOUT records and END_REQUEST,
// written in one go. libfcgi's own writer makes one 8 KB write after another and cannot say goodbye (below).
#pragma once

#include <string_view>

namespace dialix::http {

// What happens to the connection after the response.
//
// kGoodbye: a server that reuses connections must not reuse this one. FastCGI has no word for it, and closing
// right behind END_REQUEST is a race: nginx may have put the connection back to use and sent a POST, which it
// never repeats. So an empty management record (FCGI_UNKNOWN_TYPE) follows END_REQUEST in the same write;
// nginx takes excess bytes for "response complete, do not keep" (ngx_http_fastcgi_module.c, st_padding of
// END_REQUEST).
enum class AfterResponse { kKeep, kGoodbye };

// Writes head and body as one response, and the end of the request. False: the peer hung up or took nothing
// for the socket's SO_SNDTIMEO.
[[nodiscard]] bool SendResponse(int fd, int request_id, std::string_view head, std::string_view body,
                                AfterResponse after);

// The same in pieces: the head, or some of the body; and at last the end.
[[nodiscard]] bool SendPiece(int fd, int request_id, std::string_view text);
[[nodiscard]] bool SendEnd(int fd, int request_id, AfterResponse after);

}  // namespace dialix::http
