//! The hash by which files of a run folder are looked into.

/// FNV-1a with the finalizer of MurmurHash3, so that its first bits can be used. It is stored, so it must never change.
pub fn stable_hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}
