//! Cryptocurrency addresses: Bitcoin, Ethereum, Tron.
//!
//! An address that carries a checksum must pass it, so a typing error can not make two wallets one. Which address belongs
//! to an exchange and is shared by strangers is not known here; the hub rule finds that.

use super::text::{Outcome, is_empty_word};
use crate::model::value::{Marks, Normalized};
use sha3::{Digest, Keccak256};

/// First byte of a Bitcoin address that pays to a public key's hash, to a script's hash, and of a Tron address.
const PAY_TO_KEY: u8 = 0;
const PAY_TO_SCRIPT: u8 = 5;
const TRON: u8 = 65;

/// A wallet address. Bitcoin's base58 form keeps its case, the bech32 forms (BIP 173, BIP 350) and Ethereum are
/// lower-cased. `CHECKED` when a checksum was present and held; Ethereum has one in mixed case only (EIP-55).
pub fn wallet(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let text = without_scheme(raw.trim());
    if text.len() >= 3 && text.is_char_boundary(3) && text[..3].eq_ignore_ascii_case("bc1") {
        return bech32(text);
    }
    if text.starts_with("0x") || text.starts_with("0X") {
        return ethereum(text);
    }
    base58(text)
}

/// The address of a payment link: `bitcoin:ADDRESS?amount=1`.
fn without_scheme(raw: &str) -> &str {
    match raw.split_once(':') {
        Some((scheme, rest))
            if ["bitcoin", "ethereum", "tron"].iter().any(|name| scheme.eq_ignore_ascii_case(name)) =>
        {
            rest.split(['?', '@']).next().unwrap_or(rest).trim()
        }
        _ => raw,
    }
}

fn bech32(text: &str) -> Outcome {
    match bech32::segwit::decode(text) {
        Ok((hrp, _, _)) if hrp == bech32::hrp::BC => {
            Ok(Some(Normalized::marked(text.to_ascii_lowercase(), Marks::CHECKED)))
        }
        _ => Err(String::from("Bitcoin address fails its checksum")),
    }
}

fn ethereum(text: &str) -> Outcome {
    let hex = &text[2..];
    if hex.len() != 40 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(String::from("an Ethereum address has 40 hex digits"));
    }
    let lower = hex.to_ascii_lowercase();
    let has_case = hex.bytes().any(|b| b.is_ascii_uppercase()) && hex.bytes().any(|b| b.is_ascii_lowercase());
    if has_case {
        let digest = Keccak256::digest(lower.as_bytes());
        let holds = hex.bytes().enumerate().all(|(at, byte)| {
            let nibble = digest[at / 2] >> (if at % 2 == 0 { 4 } else { 0 }) & 15;
            byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble >= 8)
        });
        if !holds {
            return Err(String::from("Ethereum address fails its checksum"));
        }
    }
    let mut marks = if has_case { Marks::CHECKED } else { Marks::NONE };
    // Both are where tokens go that nobody owns any more.
    if lower.bytes().all(|b| b == b'0') || lower == "000000000000000000000000000000000000dead" {
        marks = marks.with(Marks::GENERIC);
    }
    Ok(Some(Normalized::marked(format!("0x{lower}"), marks)))
}

fn base58(text: &str) -> Outcome {
    // Longer input is no address, and decoding it takes time that grows with the square of its length.
    if text.len() < 25 || text.len() > 40 {
        return Err(String::from("not a Bitcoin, Ethereum or Tron address"));
    }
    match bs58::decode(text).with_check(None).into_vec() {
        Ok(bytes) if bytes.len() == 21 && matches!(bytes[0], PAY_TO_KEY | PAY_TO_SCRIPT | TRON) => {
            Ok(Some(Normalized::marked(text, Marks::CHECKED)))
        }
        Err(bs58::decode::Error::InvalidChecksum { .. }) => {
            Err(String::from("Bitcoin or Tron address fails its checksum"))
        }
        _ => Err(String::from("not a Bitcoin, Ethereum or Tron address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: Option<&str>) {
        let got = wallet(raw).ok().flatten();
        assert_eq!(got.as_ref().map(|v| v.text.as_str()), expected, "{raw}");
        if let Some(value) = got {
            assert_eq!(wallet(&value.text).unwrap().unwrap().text, value.text, "{raw} is not idempotent");
        }
    }

    /// An address of a made-up key.
    fn base58_of(version: u8) -> String {
        let mut bytes = vec![version];
        bytes.extend((1..=20).map(|i: u8| i.wrapping_mul(37)));
        bs58::encode(bytes).with_check().into_string()
    }

    /// Swaps the last character for another one of the alphabet.
    fn with_a_typo(text: &str) -> String {
        let last = if text.ends_with('q') { 'p' } else { 'q' };
        format!("{}{last}", &text[..text.len() - 1])
    }

    #[test]
    fn base58_addresses_pass_their_checksum() {
        for version in [PAY_TO_KEY, PAY_TO_SCRIPT, TRON] {
            let address = base58_of(version);
            check(&address, Some(&address));
            check(&format!("bitcoin:{address}?amount=1"), Some(&address));
            check(&with_a_typo(&address), None);
            check(&address.to_ascii_lowercase(), None);
            assert!(wallet(&address).unwrap().unwrap().marks.has(Marks::CHECKED));
        }
        // A checksum that holds, of a network that is not read here (Bitcoin's test network).
        check(&base58_of(111), None);
    }

    #[test]
    fn bech32_addresses_pass_their_checksum() {
        // The examples of BIP 173 and BIP 350.
        let v0 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        let v1 = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0";
        check(v0, Some(v0));
        check(&v0.to_ascii_uppercase(), Some(v0));
        check(v1, Some(v1));
        check(&with_a_typo(v0), None);
        check("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", None);
    }

    #[test]
    fn ethereum_addresses() {
        // An example of EIP-55.
        let mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let lower = mixed.to_ascii_lowercase();
        check(mixed, Some(&lower));
        check(&lower, Some(&lower));
        check(&format!("0x{}", mixed[2..].to_ascii_uppercase()), Some(&lower));
        check(&mixed.replace("aAeb", "aaeb"), None);
        check(&mixed[..41], None);
        assert!(wallet(mixed).unwrap().unwrap().marks.has(Marks::CHECKED));
        assert!(!wallet(&lower).unwrap().unwrap().marks.has(Marks::CHECKED));
        assert!(wallet(&format!("0x{}", "0".repeat(40))).unwrap().unwrap().marks.has(Marks::GENERIC));
    }

    #[test]
    fn other_text_is_refused() {
        for raw in ["hello", "021000021", "user@example.com", &"1".repeat(5000), "bc1", "0x", "日本語"] {
            assert!(wallet(raw).is_err(), "{raw}");
        }
        assert_eq!(wallet(" "), Ok(None));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_survived(raw in "\\PC{0,45}") {
            let _ = wallet(&raw);
            let _ = wallet(&format!("bc1{raw}"));
            let _ = wallet(&format!("0x{raw}"));
        }
    }
}
