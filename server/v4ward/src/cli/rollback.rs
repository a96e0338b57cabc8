//! `v4ward rollback`

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use v4ward_migration::{Definition, Options};

use super::args::PathArgs;
use super::common::{Workload, about};
use super::console::{Console, count};
use super::exit::Exit;
use super::{batch, shown};
use crate::files::read::ReadError;
use crate::files::{self, Input, Loaded};
use crate::generated::{self, has_source, is_result_of, sources};
use crate::words::not_for_migration;

/// What became of a V4 file.
enum Outcome {
    /// There is none, or its V2 file leads to it.
    Nothing,
    /// A walk came across a V4 file without a V2 file beside it.
    Alone,
    /// It was a V2 file without a V4 file beside it.
    NoV4(String),
    Removed(String),
    /// It stays, for this reason.
    Refused(String),
    Failed(String),
}

pub(super) fn run(args: &PathArgs, console: &mut Console) -> Exit {
    let workload = match Workload::find(&args.paths, console) {
        Ok(workload) => workload,
        Err(exit) => return exit,
    };
    let (mut removed, mut refused, mut alone, mut definitions, mut exit) = (0, 0, 0, 0, workload.exit);
    let work = |input: &Input| roll_back(input, workload.settings.of(&input.path));
    batch::run(&workload.walk.inputs, work, |input, result| {
        definitions += 1;
        match result {
            Ok(Outcome::Nothing) => definitions -= 1,
            Ok(Outcome::Alone) => alone += 1,
            Ok(Outcome::NoV4(message)) => {
                if !input.found() {
                    console.print(&format!("{message}\n"));
                }
            }
            Ok(Outcome::Removed(message)) => {
                removed += 1;
                console.print(&format!("{message}\n"));
            }
            Ok(Outcome::Refused(message)) => {
                refused += 1;
                exit = exit.max(Exit::Found);
                console.complain("refused", &message);
            }
            Ok(Outcome::Failed(message)) => {
                exit = exit.max(Exit::Io);
                console.complain("error", &message);
            }
            Err(panicked) => {
                exit = Exit::Internal;
                console.complain("internal error", &panicked.about(&shown(&input.path)));
            }
        }
        ControlFlow::Continue(())
    });
    if alone > 0 {
        let files = count(alone, "V4 file has", "V4 files have");
        console.print(&format!("{files} no V2 definition beside: left\n"));
    }
    if definitions > 0 {
        console.print(&format!("{} removed, {refused} left as they are\n", count(removed, "V4 file", "V4 files")));
    }
    exit.max(workload.expect_some(definitions, "API definition", console))
}

fn roll_back(input: &Input, options: &Options) -> Outcome {
    let loaded = match files::load(input) {
        Ok(Some(loaded)) => loaded,
        Ok(None) => return Outcome::Nothing,
        // A V4 file that was removed since the walk, on behalf of its V2 file.
        Err(ReadError::Io(error)) if input.found() && error.kind() == io::ErrorKind::NotFound => {
            return Outcome::Nothing;
        }
        Err(error) => return Outcome::Failed(about(&input.path, error)),
    };
    match loaded.definition {
        Definition::V2 => of_v2(&input.path, &loaded, options),
        Definition::V4 if input.found() && !has_source(&input.path) => Outcome::Alone,
        _ if input.found() => Outcome::Nothing,
        Definition::V4 => of_v4(&input.path, options),
        other => Outcome::Refused(about(&input.path, not_for_migration(other, &input.path))),
    }
}

fn of_v2(path: &Path, loaded: &Loaded, options: &Options) -> Outcome {
    let v4 = generated::standing(path, options.target_for(loaded.format));
    let bytes = match files::read::read(&v4) {
        Ok(bytes) => bytes,
        // A name that is too long for a file is one of no file.
        Err(ReadError::Io(error))
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename) =>
        {
            return Outcome::NoV4(about(&v4, "does not exist: nothing to remove"));
        }
        Err(error) => return Outcome::Failed(about(&v4, error)),
    };
    if is_result_of(&loaded.document, options, &v4, &bytes) {
        remove(&v4)
    } else {
        Outcome::Refused(about(&v4, differs(path)))
    }
}

fn of_v4(path: &Path, options: &Options) -> Outcome {
    let bytes = match files::read::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Outcome::Failed(about(path, error)),
    };
    let sources = sources(path);
    if sources.is_empty() {
        return Outcome::Refused(about(path, "there is no V2 definition beside it that it could come from"));
    }
    if sources.iter().any(|(_, loaded)| is_result_of(&loaded.document, options, path, &bytes)) {
        remove(path)
    } else {
        let names: Vec<String> = sources.iter().map(|(path, _)| shown(path)).collect();
        Outcome::Refused(about(path, differs(Path::new(&names.join(" or ")))))
    }
}

fn differs(source: &Path) -> String {
    format!(
        "it is not what converting {} gives; it was edited, or the V2 file, v4ward.toml or v4ward itself changed \
         since. Remove it yourself if you do not need it",
        shown(source)
    )
}

fn remove(v4: &Path) -> Outcome {
    match fs::remove_file(v4) {
        Ok(()) => Outcome::Removed(about(v4, "removed")),
        Err(error) => Outcome::Failed(about(v4, format!("cannot be removed: {error}"))),
    }
}
