#include "security/encryption_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "base/text.h"
#include "security/key_ring.h"

namespace dialix::security {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kOld(40, 'o');
const std::string kNew(40, 'n');

KeyRing Ring(std::string_view current, const std::vector<std::string>& previous = {}) {
  return *KeyRing::Make(current, previous);
}

TEST(KeyRing, DerivesAsPythonsHkdfDoes) {
  // HKDF(hashes.SHA256(), 32, salt=None, info=b"fernet").derive(b"o" * 40)
  EXPECT_EQ(ToHex(Ring(kOld).Derive("fernet")),
            "43495e075eb8c1f899166e8b3394e610888cc681f7e54acb5fc0e31297662c9a");
}

TEST(KeyRing, HasAnotherKeyForEachPurposeAndEachSecret) {
  const KeyRing ring = Ring(kNew, {kOld});
  EXPECT_EQ(ring.Derive("a").size(), 32U);
  EXPECT_NE(ring.Derive("a"), ring.Derive("b"));
  EXPECT_THAT(ring.DeriveAll("a"), ElementsAre(ring.Derive("a"), Ring(kOld).Derive("a")));
}

TEST(KeyRing, NamesItsKeysWithoutTellingThem) {
  const KeyRing ring = Ring(kNew, {kOld});
  EXPECT_EQ(ring.Id().size(), 8U);
  EXPECT_THAT(ring.Ids(), ElementsAre(Ring(kNew).Id(), Ring(kOld).Id()));
  EXPECT_NE(ring.Id(), ToHex(ring.Derive("fernet")).substr(0, 8));
}

TEST(KeyRing, KeepsAKeyOnceAndRefusesAnEmptyOne) {
  EXPECT_EQ(Ring(kNew, {kOld, kNew, kOld}).Ids().size(), 2U);
  EXPECT_FALSE(KeyRing::Make("", {}).ok());
  EXPECT_FALSE(KeyRing::Make(kNew, {""}).ok());
}

TEST(EncryptionService, OpensWhatAnEarlierKeyClosed) {
  const EncryptionService before(Ring(kOld));
  const EncryptionService after(Ring(kNew, {kOld}));
  const std::string old_token = before.Encrypt("secret");
  EXPECT_EQ(*after.Decrypt(old_token), "secret");
  EXPECT_FALSE(after.IsCurrent(old_token));
  EXPECT_EQ(after.KeyOf(old_token), 1U);
  const std::string new_token = after.Encrypt("secret");
  EXPECT_TRUE(after.IsCurrent(new_token));
  EXPECT_EQ(after.KeyOf(new_token), 0U);
  EXPECT_FALSE(before.Decrypt(new_token).ok());
}

TEST(EncryptionService, TellsNothingOfWhatItCannotOpen) {
  const EncryptionService service(Ring(kNew));
  const std::string foreign = EncryptionService(Ring(kOld)).Encrypt("secret");
  const auto opened = service.Decrypt(foreign);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().slug, "undecryptable");
  for (const std::string& text : {opened.error().public_message, opened.error().internal_detail}) {
    EXPECT_THAT(text, Not(HasSubstr(foreign)));
    EXPECT_THAT(text, Not(HasSubstr(kNew)));
  }
  EXPECT_EQ(service.KeyOf(foreign), std::nullopt);
  EXPECT_FALSE(service.Decrypt("").ok());
}

// Python's cryptography, as another party would use it: the key derived from the same SECRET_KEY.
std::string Python(const std::string& expression) {
  const std::string program =
      "import base64\n"
      "from cryptography.fernet import Fernet\n"
      "from cryptography.hazmat.primitives import hashes\n"
      "from cryptography.hazmat.primitives.kdf.hkdf import HKDF\n"
      "key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b'fernet').derive(b'" +
      kOld +
      "')\n"
      "fernet = Fernet(base64.urlsafe_b64encode(key))\n"
      "print(" +
      expression + ", end='')\n";
  const std::string command = "/usr/bin/python3 -c \"" + program + "\"";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string output;
  char buffer[4096];
  while (const std::size_t count = fread(buffer, 1, sizeof buffer, pipe.get())) output.append(buffer, count);
  return output;
}

TEST(EncryptionService, IsReadByPythonsCryptography) {
  const std::string token = EncryptionService(Ring(kOld))
                                .Encrypt(
                                    "Qo\xCA\xBB"
                                    "qon kaliti");
  EXPECT_EQ(Python("fernet.decrypt(b'" + token + "').decode()"),
            "Qo\xCA\xBB"
            "qon kaliti");
}

TEST(EncryptionService, ReadsWhatPythonsCryptographyWrote) {
  const std::string token = Python(
      "fernet.encrypt('Qo\xCA\xBB"
      "qon kaliti'.encode()).decode()");
  const auto plain = EncryptionService(Ring(kOld)).Decrypt(token);
  ASSERT_TRUE(plain.ok()) << token;
  EXPECT_EQ(*plain,
            "Qo\xCA\xBB"
            "qon kaliti");
}

}  // namespace
}  // namespace dialix::security
