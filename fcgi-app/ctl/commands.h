// The commands of dialixctl. Each prints for a person, and returns an exit code: 0 done, 1 failed,
// 64 wrong usage (EX_USAGE), 78 wrong configuration (EX_CONFIG).
#pragma once

#include <optional>

#include "base/config.h"
#include "base/result.h"

namespace dialix::ctl {

inline constexpr int kExitUsage = 64;

// migrate [--status] [--dir FOLDER]
int RunMigrate(int argc, char** argv, const Environment& environment);
// create-admin --email E --name N, the password on standard input (--password-stdin). Sets the password of an
// administrator who exists already.
int RunCreateAdmin(int argc, char** argv, const Environment& environment);

// analyze FILE: runs one recording through the pipeline, without queue or database, and prints what it finds.
int RunAnalyze(int argc, char** argv, const Environment& environment);

// rollup verify|rebuild [--company ID]: the dashboard's rollups against the calls, as the schema's owner.
// verify exits with 1 where a cell differs.
int RunRollup(int argc, char** argv, const Environment& environment);

// rotate-key [--status]: re-encrypts what is stored under an earlier key, as the application's role; exits
// with 1 while anything is left under one.
int RunRotateKey(int argc, char** argv, const Environment& environment);

// audit verify|seal|remove-old: the sealed activity log, as the application's role. verify exits with 1 where
// something was done to it.
int RunAudit(int argc, char** argv, const Environment& environment);

// receipt verify FILE [--keys FILE] [--phone NUMBER]: the signature of an erasure's receipt.
int RunReceipt(int argc, char** argv, const Environment& environment);

// The configuration; where it is wrong, nothing, after what is wrong was printed to stderr.
[[nodiscard]] std::optional<Config> LoadOrExplain(const Environment& environment, Needs needs);

// Prints an error for a terminal: its message, its fields, its cause.
void PrintError(const Error& error);

}  // namespace dialix::ctl
