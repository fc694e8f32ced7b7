//! The `pledgewatch` command: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    pledgewatch::cli::main()
}
