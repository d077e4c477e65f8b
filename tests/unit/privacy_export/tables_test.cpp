#include "privacy/export/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "privacy/export/readme.h"
#include "privacy/export/sql.h"

namespace dialix::privacy {
namespace {

using testing::HasSubstr;

TEST(ExportTables, NameEachTableOnceAndEachColumnOnce) {
  std::set<std::string> tables;
  for (const ExportTable& table : ExportTables()) {
    EXPECT_TRUE(tables.insert(table.name).second) << table.name;
    std::set<std::string> columns;
    for (const ExportColumn& column : table.columns)
      EXPECT_TRUE(columns.insert(column.name).second) << table.name << "." << column.name;
    for (const LeftOut& column : table.left_out)
      EXPECT_TRUE(columns.insert(column.name).second) << table.name << "." << column.name;
    for (const ExportKey& key : table.keys) EXPECT_TRUE(columns.contains(key.column)) << table.name;
  }
  for (const LeftOut& table : TablesLeftOut()) EXPECT_TRUE(tables.insert(table.name).second) << table.name;
}

TEST(ExportTables, ASecretIsNoColumnOfAnArchive) {
  for (const ExportTable& table : ExportTables()) {
    for (const ExportColumn& column : table.columns) {
      const std::string name = column.name;
      EXPECT_FALSE(name.ends_with("_cipher") || name == "password_hash" || name == "token_hash" ||
                   name == "lease_token")
          << table.name << "." << name;
    }
  }
}

TEST(ExportTables, WhatMayBeSealedIsOpened) {
  for (const ExportTable& table : ExportTables()) {
    bool has_sealed = false;
    for (const ExportColumn& column : table.columns) has_sealed = has_sealed || column.sealed_as != nullptr;
    EXPECT_EQ(has_sealed, table.may_be_sealed) << table.name;
  }
}

TEST(ExportSql, EveryPageIsOfOneCompanyAndHasAnEnd) {
  for (const ExportTable& table : ExportTables()) {
    const std::string sql = ExportPage(table).sql;
    EXPECT_THAT(sql, HasSubstr("$1::uuid")) << table.name;
    EXPECT_THAT(sql, HasSubstr(" ORDER BY ")) << table.name;
    EXPECT_THAT(sql, HasSubstr(table.by == ExportBy::kCompany ? "::integer" : "= ANY ($2::uuid[])"))
        << table.name;
    EXPECT_EQ(std::string(ExportPage(table).name), std::string("export_") + table.name);
  }
}

TEST(ExportSql, PagesFollowEachOtherByTheirKeys) {
  for (const ExportTable& table : ExportTables()) {
    if (std::string(table.name) != "transaction") continue;
    EXPECT_THAT(
        ExportPage(table).sql,
        HasSubstr(", t.created_at::text, t.id::text FROM transaction t WHERE t.company_id = $1::uuid AND "
                  "(t.created_at, t.id) > ($2::timestamptz, $3::uuid) ORDER BY t.created_at, t.id LIMIT "
                  "$4::integer"));
    EXPECT_THAT(ExportPage(table).sql, HasSubstr("'created_at', iso(t.created_at)"));
    return;
  }
  FAIL() << "no ledger";
}

TEST(ExportReadme, SaysWhetherThereAreRecordings) {
  EXPECT_THAT(ExportReadme("A company", true), HasSubstr("audio/  "));
  EXPECT_THAT(ExportReadme("A company", false), testing::Not(HasSubstr("audio/  ")));
  EXPECT_THAT(ExportReadme("A company", true), testing::StartsWith("A company\n=========\n"));
}

}  // namespace
}  // namespace dialix::privacy
