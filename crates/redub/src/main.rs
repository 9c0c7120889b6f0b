//! The `redub` command: data on stdout, everything else on stderr, exit codes 0 ok, 1 failed, 2 usage, 130
//! interrupted.

mod args;
mod commands;
mod printer;
mod progress;
mod server_settings;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use args::Args;
use printer::Printer;
use settings::Settings;

fn main() -> ExitCode {
    let args = Args::parse();
    let printer = Printer::new(args.quiet, args.verbose);
    let settings = match Settings::load(&args.global, args.command.server_flags()) {
        Ok(settings) => settings,
        Err(error) => return printer.fail(&error),
    };
    match commands::run(args.command, &settings, &printer) {
        Ok(code) => code,
        Err(error) => printer.fail(&error),
    }
}
