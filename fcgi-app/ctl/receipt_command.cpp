#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/text.h"
#include "ctl/arguments.h"
#include "ctl/commands.h"
#include "privacy/phone.h"
#include "privacy/receipt.h"

namespace dialix::ctl {
namespace {

constexpr const char* kUsage =
    "usage: dialixctl receipt verify FILE [--keys JWKS-FILE] [--phone NUMBER]\n"
    "  Checks the signature of an erasure's receipt and prints what it says. The keys are those of\n"
    "  /api/v1/privacy/receipt-keys (--keys), else of SECRET_KEY and SECRET_KEY_PREVIOUS. --phone: also "
    "whether the\n"
    "  receipt is of this number, which takes SECRET_KEY. Exit code 1 where it is not.\n";

Result<std::string> ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return Fail(Error::Code::kNotFound, "Can't read " + name + ".");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<security::KeyRing> Ring(const Environment& environment) {
  DIALIX_TRY(const Config config, LoadConfig(environment, Needs::kNothing));
  if (config.secret_key.empty())
    return Fail(Error::Code::kInvalid, "Set SECRET_KEY, or name a file by --keys.");
  return security::KeyRing::Of(config);
}

Result<std::vector<security::JwsKey>> Keys(const Arguments& arguments, const Environment& environment) {
  if (const auto file = arguments.Get("keys")) {
    DIALIX_TRY(const std::string text, ReadFile(*file));
    return security::ReadJwks(text);
  }
  DIALIX_TRY(const security::KeyRing ring, Ring(environment));
  return privacy::ReceiptKeys(ring);
}

// True where no number was asked for, or the receipt is of it.
Result<bool> IsOfNumber(const Arguments& arguments, const Environment& environment,
                        const std::string& claims) {
  const auto number = arguments.Get("phone");
  if (!number) return true;
  const auto digits = privacy::PhoneDigits(*number);
  if (!digits) return Fail(Error::Code::kInvalid, *number + " is no phone number.");
  DIALIX_TRY(const security::KeyRing ring, Ring(environment));
  DIALIX_TRY(const JsonDocument document, JsonDocument::Parse(claims));
  return privacy::IsHashOfPhone(ring, document["phone_hmac"].StringOr(""), *digits);
}

Result<bool> Verify(const Arguments& arguments, const Environment& environment) {
  DIALIX_TRY(const auto keys, Keys(arguments, environment));
  DIALIX_TRY(const std::string receipt, ReadFile(arguments.words()[1]));
  DIALIX_TRY(const std::string claims, security::VerifyJws(Trim(receipt), keys));
  DIALIX_TRY(const bool is_of_number, IsOfNumber(arguments, environment, claims));
  if (!is_of_number) {
    std::fputs("The signature is genuine, but the receipt is not of this number.\n", stderr);
    return false;
  }
  std::printf("%s\ngood: the signature is genuine%s\n", claims.c_str(),
              arguments.Get("phone") ? ", and the receipt is of this number" : "");
  return true;
}

}  // namespace

int RunReceipt(int argc, char** argv, const Environment& environment) {
  const auto arguments = Arguments::Parse(argc, argv, {"keys", "phone"}, {});
  if (!arguments || arguments->words().size() != 2 || arguments->words()[0] != "verify") {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  const auto verified = Verify(*arguments, environment);
  if (!verified) {
    PrintError(verified.error());
    return 1;
  }
  return *verified ? 0 : 1;
}

}  // namespace dialix::ctl
