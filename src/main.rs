//! The `samehand` command. Everything is in the library; this turns its outcome into an exit code, and says where memory
//! comes from.

use std::ffi::{c_int, c_long};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    samehand::cli::main(keep_freed_memory)
}

// As the header of the allocator above declares them. They take any number; one that names no option is ignored.
#[allow(unsafe_code)]
unsafe extern "C" {
    safe fn mi_option_get(option: c_int) -> c_long;
    fn mi_option_set(option: c_int, value: c_long);
}

/// Where `mi_option_purge_delay` stands in the list of options of mimalloc 2 and 3, its defaults there in milliseconds, and
/// what says that freed memory is not handed back.
const PURGE_DELAY: c_int = 15;
const DEFAULTS: [c_long; 2] = [10, 1000];
const NEVER: c_long = -1;

/// Lets memory that is freed stay with the process, to be used again: handed back to the system, and on to the host of a
/// virtual machine, it has to be fetched and cleared once more (docs/performance.md).
#[allow(unsafe_code)]
fn keep_freed_memory() {
    // A number that stands for something else one day has another default.
    if DEFAULTS.contains(&mi_option_get(PURGE_DELAY)) {
        // SAFETY: setting is allowed while no other thread runs, which is so before a command begins.
        unsafe { mi_option_set(PURGE_DELAY, NEVER) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_where_it_was() {
        keep_freed_memory();
        assert_eq!(mi_option_get(PURGE_DELAY), NEVER);
    }
}
