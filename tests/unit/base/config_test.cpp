#include "base/config.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dialix {
namespace {

Environment Good() {
  return {{"DATABASE_URL", "postgresql://dialix_app:geheim@/dialix"},
          {"SECRET_KEY", std::string(32, 'k')},
          {"AUDIO_STORE", "file:///var/lib/dialix/audio/"}};
}

bool Complains(const Result<Config>& config, const std::string& name) {
  return !config.ok() && std::any_of(config.error().fields.begin(), config.error().fields.end(),
                                     [&](const FieldError& field) { return field.path == name; });
}

TEST(LoadConfig, FillsInDefaults) {
  const auto config = LoadConfig(Good(), Needs::kServer);
  ASSERT_TRUE(config.ok()) << FormatConfigError(config.error());
  EXPECT_EQ(config->db_pool_size, 10);
  EXPECT_EQ(config->redis_cache_ttl_s, 300);
  EXPECT_EQ(AudioStorePath(*config), "/var/lib/dialix/audio");
}

TEST(LoadConfig, NamesEveryWrongVariableAtOnce) {
  Environment environment = Good();
  environment["DB_POOL_SIZE"] = "many";
  environment["FCGI_WORKERS"] = "0";
  environment["STT_PROVIDER"] = "magic";
  environment["SECRET_KEY"] = "short";
  environment["AUDIO_STORE"] = "s3://bucket";
  environment.erase("DATABASE_URL");
  const auto config = LoadConfig(environment, Needs::kServer);
  for (const char* name :
       {"DB_POOL_SIZE", "FCGI_WORKERS", "STT_PROVIDER", "SECRET_KEY", "AUDIO_STORE", "DATABASE_URL"}) {
    EXPECT_TRUE(Complains(config, name)) << name;
  }
}

TEST(LoadConfig, RefusesATypingErrorInAName) {
  Environment environment = Good();
  environment["DB_POOLSIZE"] = "10";
  environment["HOME"] = "/root";
  const auto config = LoadConfig(environment, Needs::kServer);
  EXPECT_TRUE(Complains(config, "DB_POOLSIZE"));
  EXPECT_FALSE(Complains(config, "HOME"));
}

TEST(LoadConfig, RefusesFewerSlotsThanNginxKeepsConnections) {
  Environment environment = Good();
  environment["FCGI_WORKERS"] = "2";
  environment["FCGI_THREADS"] = "16";
  EXPECT_TRUE(Complains(LoadConfig(environment, Needs::kServer), "FCGI_THREADS"));
  EXPECT_TRUE(LoadConfig(environment, Needs::kAnalyzer).ok());
}

TEST(LoadConfig, AsksOfEachProgramWhatItNeeds) {
  EXPECT_TRUE(Complains(LoadConfig({}, Needs::kMigrate), "DATABASE_OWNER_URL"));
  EXPECT_FALSE(Complains(LoadConfig({}, Needs::kMigrate), "SECRET_KEY"));
  EXPECT_TRUE(LoadConfig({}, Needs::kNothing).ok());
}

TEST(LoadConfig, ReadsTheKeysBeforeTheSecretKey) {
  Environment environment = Good();
  environment["SECRET_KEY_PREVIOUS"] = std::string(32, 'a') + ", " + std::string(33, 'b');
  const auto config = LoadConfig(environment, Needs::kServer);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->secret_key_previous,
            (std::vector<std::string>{std::string(32, 'a'), std::string(33, 'b')}));
  environment["SECRET_KEY_PREVIOUS"] = std::string(32, 'a') + ",short";
  EXPECT_TRUE(Complains(LoadConfig(environment, Needs::kServer), "SECRET_KEY_PREVIOUS"));
  environment["SECRET_KEY_PREVIOUS"] = std::string(32, 'a') + ",";
  EXPECT_TRUE(Complains(LoadConfig(environment, Needs::kServer), "SECRET_KEY_PREVIOUS"));
}

TEST(DescribeConfig, MasksAKeyThatLooksLikeAUrl) {
  Environment environment = Good();
  environment["SECRET_KEY"] = "kkkk://kkkkkkkkkkkkkkkkkkkk@kkkkkkkkkkkkkkkkkkkkkkk";
  environment["SECRET_KEY_PREVIOUS"] = "kkkk://kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
  for (const SettingReport& report : DescribeConfig(environment))
    EXPECT_EQ(report.value.find("kkkk"), std::string::npos) << report.name;
}

TEST(DescribeConfig, MasksSecretsAndSaysWhereAValueCameFrom) {
  Environment environment = Good();
  environment["SENTRY_DSN"] = "https://publickey@sentry.example/1";
  for (const SettingReport& report : DescribeConfig(environment)) {
    EXPECT_EQ(report.value.find("geheim"), std::string::npos);
    EXPECT_EQ(report.value.find("publickey"), std::string::npos);
    EXPECT_EQ(report.value.find("kkkk"), std::string::npos);
    if (report.name == "DATABASE_URL") {
      EXPECT_EQ(report.value, "postgresql://********@/dialix");
    }
    EXPECT_EQ(report.origin, environment.count(report.name) != 0 ? "environment" : "default");
  }
}

}  // namespace
}  // namespace dialix
