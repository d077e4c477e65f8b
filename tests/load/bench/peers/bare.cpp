// The least that a FastCGI server can do: the ceiling that Dialix is measured against.
//
//   bare SOCKET PROCESSES THREADS file PATH            answers every request with the bytes of that file
//   bare SOCKET PROCESSES THREADS redis SOCKET KEY     answers with the value of that key: one GET a request
//
// libfcgi as its manual shows it, threads and processes as dialix-fcgi has them; a thread keeps its
// connection to Redis. No router, no session, no log. Ends on SIGTERM with its children.
#include <fcgiapp.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr char kHead[] = "Status: 200 OK\r\nContent-Type: application/json\r\n";

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

int Listen(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (std::strlen(path) >= sizeof(address.sun_path)) Die("socket path too long");
  std::strcpy(address.sun_path, path);
  ::unlink(path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("bind");
  if (::chmod(path, 0666) != 0 || ::listen(fd, 1024) != 0) Die("listen");
  return fd;
}

void Answer(FCGX_Request& request, const char* body, std::size_t size) {
  const std::string head = kHead + ("Content-Length: " + std::to_string(size) + "\r\n\r\n");
  FCGX_PutStr(head.data(), static_cast<int>(head.size()), request.out);
  FCGX_PutStr(body, static_cast<int>(size), request.out);
}

void Serve(int listener, const std::string& file, const char* redis_socket, const char* key) {
  redisContext* redis = nullptr;
  if (redis_socket != nullptr) {
    redis = redisConnectUnix(redis_socket);
    if (redis == nullptr || redis->err != 0) Die("redis");
  }
  FCGX_Request request;
  FCGX_InitRequest(&request, listener, 0);
  while (FCGX_Accept_r(&request) == 0) {
    if (redis == nullptr) {
      Answer(request, file.data(), file.size());
      continue;
    }
    auto* reply = static_cast<redisReply*>(redisCommand(redis, "GET %s", key));
    if (reply == nullptr || reply->type != REDIS_REPLY_STRING) Die("GET");
    Answer(request, reply->str, reply->len);
    freeReplyObject(reply);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 64;
  const int listener = Listen(argv[1]);
  const int processes = std::atoi(argv[2]), threads = std::atoi(argv[3]);
  const bool from_redis = std::strcmp(argv[4], "redis") == 0 && argc > 6;
  std::string file;
  if (!from_redis) {
    std::ifstream in(argv[5], std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  }
  const pid_t parent = ::getpid();
  for (int n = 0; n < processes; ++n) {
    const pid_t child = ::fork();
    if (child < 0) Die("fork");
    if (child > 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return 0;
    if (FCGX_Init() != 0) Die("FCGX_Init");
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back(Serve, listener, std::cref(file), from_redis ? argv[5] : nullptr,
                       from_redis ? argv[6] : nullptr);
    }
    for (auto& one : all) one.join();
    return 1;
  }
  int status = 0;
  ::wait(&status);  // a child that ends is a bench that failed
  return 1;
}
