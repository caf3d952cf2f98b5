//! Runs a kernel with the wide registers of the processor at hand, where it has them: the one place with `unsafe`.
//!
//! A kernel is written once, as plain loops over arrays. Compiled a second time with AVX2 and the bit instructions
//! allowed, the same loops take sixteen numbers of 16 bits at a time; no result depends on which of the two ran.
#![allow(unsafe_code)]

/// Work that may be compiled for several instruction sets. `run` has to be `#[inline(always)]`, and what it calls too:
/// only what becomes part of the caller is compiled with the caller's instructions.
pub(in crate::compare) trait Kernel {
    type Output;

    fn run(self) -> Self::Output;
}

/// The instructions kernels may use. The field is private, so that only [`Instructions::detected`] can say "wide".
#[derive(Clone, Copy, Debug)]
pub(in crate::compare) struct Instructions {
    wide: bool,
}

impl Instructions {
    /// Those every processor of this architecture has.
    #[cfg(test)]
    pub const PLAIN: Self = Self { wide: false };

    /// Those of the processor at hand. The answer is looked up once and kept by the standard library.
    pub fn detected() -> Self {
        #[cfg(target_arch = "x86_64")]
        let wide = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("lzcnt");
        #[cfg(not(target_arch = "x86_64"))]
        let wide = false;
        Self { wide }
    }

    /// Runs `kernel` with these instructions.
    #[inline]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            // SAFETY: `wide` is set by `detected` alone, after it found every feature that `run_wide` is compiled with.
            return unsafe { run_wide(kernel) };
        }
        debug_assert!(!self.wide);
        kernel.run()
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
fn run_wide<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sum<'n>(&'n [u16]);

    impl Kernel for Sum<'_> {
        type Output = u16;

        #[inline(always)]
        fn run(self) -> u16 {
            self.0.iter().fold(0, |sum, &number| sum.wrapping_add(number))
        }
    }

    #[test]
    fn both_ways_compute_the_same() {
        let numbers: Vec<u16> = (0..1000).map(|number: u16| number.wrapping_mul(977)).collect();
        assert_eq!(Instructions::PLAIN.run(Sum(&numbers)), Instructions::detected().run(Sum(&numbers)));
    }
}
