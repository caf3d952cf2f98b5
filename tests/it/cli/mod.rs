//! One file per subcommand: what it takes, what it prints, how it refuses.

mod check;
mod diagram;
mod evaluate;
mod explain;
mod explain_pairs;
mod export;
mod generate;
mod init;
mod packet;
mod parts;
mod report;
mod run;
mod show;
mod train;
mod verify;

use crate::support::TestEnv;

#[test]
fn help_and_version_are_data() {
    let env = TestEnv::new();
    let version = env.samehand(&["--version"]).exits(0);
    assert_eq!(version.stdout, format!("samehand {}\n", env!("CARGO_PKG_VERSION")));
    let help = env.samehand(&["--help"]).exits(0);
    for command in [
        "init", "check", "run", "show", "explain", "diagram", "report", "packet", "export", "verify", "evaluate",
        "train", "generate",
    ] {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}\n{help}");
        env.samehand(&[command, "--help"]).exits(0).prints("Usage: samehand");
    }
}

#[test]
fn what_is_no_command_line_exits_2() {
    let env = TestEnv::new();
    for args in [&[][..], &["rnu"], &["run", "--no-such-flag"], &["run", "--threads", "many"], &["diagram"]] {
        let answer = env.samehand(args).exits(2);
        assert!(answer.stdout.is_empty() && !answer.stderr.is_empty(), "{answer}");
    }
}

#[test]
fn questions_without_a_run_say_how_to_make_one() {
    let env = TestEnv::new();
    env.write("truth.csv", "record_id,cluster_id\n1,1\n");
    for args in [
        &["show", "1"][..],
        &["explain", "a", "b"],
        &["diagram", "1"],
        &["report"],
        &["evaluate", "--truth", "truth.csv"],
    ] {
        env.samehand(args).refuses("there is no finished run in output yet").says("`samehand run`");
    }
    env.samehand(&["show", "1", "--run", "0123456789ab"]).refuses("\"0123456789ab\"");
}

#[test]
fn a_reader_that_goes_away_is_a_quiet_end() {
    use std::process::Stdio;
    let env = TestEnv::with_run();
    let mut child =
        env.command(&["show", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let answer = env.rewritten("show 1 into a closed pipe".into(), output).exits(0);
    assert_eq!(answer.stderr, "");
}

#[test]
fn flags_overrule_variables_and_variables_overrule_defaults() {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    let run = |args: &[&str]| {
        let mut command = env.command(&[&["run", "--quiet"], args].concat());
        command.env("SAMEHAND_CONFIG", "company/samehand.toml").env("SAMEHAND_OUTPUT", "from-variable");
        env.answer(command).exits(0)
    };
    run(&[]).prints("from-variable/runs/");
    run(&["-o", "from-flag"]).prints("from-flag/runs/");
    assert!(!env.path("output").exists());
}
