//! The command line.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(cli::apologize));
    cli::run()
}
