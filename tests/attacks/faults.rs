//! One instruction is left out of a signature, or one bit flipped in a register or in the memory that is in use, on an emulated
//! Cortex-M4, wherever it may be. Of a deterministic ES256 signature that came out wrong, and of an RS256 signature that is wrong
//! modulo one of the primes, the key follows; so no such may come out, bare or in a token. What may: the right signature; an
//! error, with nothing in the buffer and no secret on the stack; and where the fault met the call and not the signing, that of
//! another message, that of other memory as a key, no more than a part of the right one, or the right one spoiled on its way out.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey};

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes};
use crate::samples::{Operation, Signer, digest_of, is_signature_of_digest, is_valid, requests, verifies};
use crate::support::rounds::rounds;
use crate::support::secrets::{self, Secrets, found};
use crate::support::token::base64url;

const BOARD: &str = "mps2-an386";

/// As `faults.c` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Skip = 1,
    Flip,
    Replace,
}

/// One nanosecond of the board's time for each instruction, so that its timer counts them.
const COUNTING: [&str; 2] = ["-icount", "shift=0"];

struct Case {
    name: &'static str,
    signer: Signer,
    operation: Operation,
    fault: Fault,
    /// How many faults are tried.
    faults: usize,
}

const CASES: &[Case] = &[
    Case::new("es256", Signer::Es256, Operation::Sign, Fault::Skip, 500),
    Case::new("es256_bit_flipped", Signer::Es256, Operation::Sign, Fault::Flip, 500),
    Case::new("es256_hedged", Signer::HedgedEs256, Operation::Sign, Fault::Skip, 200),
    Case::new("es256_hedged_bit_flipped", Signer::HedgedEs256, Operation::Sign, Fault::Flip, 200),
    Case::new("es256_minted_mqtt", Signer::Es256, Operation::MintMqtt, Fault::Skip, 300),
    Case::new("rs256", Signer::Rs256, Operation::Sign, Fault::Skip, 50),
    Case::new("rs256_bit_flipped", Signer::Rs256, Operation::Sign, Fault::Flip, 50),
    Case::new("rs256_in_scratch", Signer::Rs256InScratch, Operation::Sign, Fault::Skip, 20),
    Case::new("rs256_in_scratch_bit_flipped", Signer::Rs256InScratch, Operation::Sign, Fault::Flip, 20),
    Case::new("rs256_minted_mqtt", Signer::Rs256, Operation::MintMqtt, Fault::Skip, 20),
    Case::new("hs256", Signer::Hs256, Operation::Sign, Fault::Skip, 500),
    Case::new("hs256_bit_flipped", Signer::Hs256, Operation::Sign, Fault::Flip, 500),
    Case::new("hs256_minted", Signer::Hs256, Operation::Mint, Fault::Skip, 300),
];

impl Case {
    const fn new(name: &'static str, signer: Signer, operation: Operation, fault: Fault, faults: usize) -> Self {
        Self { name, signer, operation, fault, faults }
    }
}

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    if !wanted("faults") {
        return Vec::new();
    }
    let board = BOARDS.iter().find(|board| board.name == BOARD).ok_or_else(|| "no board".to_owned());
    let program = match board.and_then(|board| Program::new(board, "faults", true)) {
        Ok(program) => Arc::new(program),
        Err(why) => return vec![Trial::test("faults::is_prepared", move || Err(why.into()))],
    };
    let mut trials = Vec::new();
    for case in CASES {
        let program = Arc::clone(&program);
        trials.push(Trial::test(format!("faults::{}::no_wrong_signature", case.name), move || {
            let report = inject(&program, case, rounds(case.faults), None).map_err(Failed::from)?;
            println!("{}: {report}", case.name);
            // Else nothing was disturbed.
            report.check(report.errors > 0)
        }));
    }
    let same = Arc::clone(&program);
    trials.push(Trial::test("faults::es256::wrong_signatures_are_seen", move || {
        // Signed wrongly twice in the same way, it is not noticed: that is how wrong ones look.
        let case = Case::new("es256_twice", Signer::Es256, Operation::Sign, Fault::Replace, 100);
        let report = inject(&same, &case, case.faults, None).map_err(Failed::from)?;
        println!("es256, the same instruction left out both times: {report}");
        if report.wrong.is_empty() { Err("no wrong signature came out".into()) } else { Ok(()) }
    }));
    for fault in [Fault::Skip, Fault::Flip] {
        let program = Arc::clone(&program);
        let name = format!("faults::rs256::wrong_halves_are_seen_{fault:?}").to_lowercase();
        trials.push(Trial::test(name, move || Ok(unchecked_halves(&program, fault)?)));
    }
    trials
}

/// Without the check, faults come out that give p away, and such that give q away: both halves are met.
fn unchecked_halves(program: &Program, fault: Fault) -> Result<(), String> {
    let case = Case::new("rs256_unchecked", Signer::Rs256, Operation::Sign, fault, 16);
    let report = inject(program, &case, case.faults, Some("<jwt_mint::sign::rs256::RsaPublicKey>::opens"))?;
    println!("rs256, not checked, {fault:?}: {report}");
    let request = sample(&case)?;
    let key = RsaPrivateKey::from_pkcs1_der(&request.key).map_err(|error| error.to_string())?;
    let power = |signature: &[u8]| BigUint::from_bytes_be(signature).modpow(key.e(), key.n());
    let right = power(&report.right);
    let halves = key.primes().iter().map(|prime| {
        let others = report.wrong.iter().filter(|(output, _)| {
            let wrong = power(&output.bytes[..report.right.len()]);
            let other = key.n() / prime;
            wrong != right && &wrong % prime == &right % prime && &wrong % &other != &right % &other
        });
        others.count()
    });
    match halves.collect::<Vec<_>>()[..] {
        [p, q] if p > 0 && q > 0 => Ok(()),
        ref halves => Err(format!("{halves:?} signatures give p and q away")),
    }
}

#[derive(Default)]
struct Report {
    right: Vec<u8>,
    instructions: usize,
    same: usize,
    errors: usize,
    traps: usize,
    hangs: usize,
    /// Outputs with nothing in them but what is in the right one.
    parts: usize,
    /// Right signatures of another digest.
    others: usize,
    /// Right signatures by what is in some other place than the key.
    strangers: usize,
    /// Right signatures, spoiled once the signer was done, or under a text that was.
    spoiled: usize,
    /// What came out, and where the instruction was.
    wrong: Vec<(Output, String)>,
    /// Secrets that were found on the stack after an error.
    left: Vec<&'static str>,
}

/// Why what came out does no harm.
enum Harmless {
    Part,
    OfAnother,
    ByStranger,
    Spoiled,
}

impl Report {
    fn check(&self, is_disturbed: bool) -> Result<(), Failed> {
        if self.wrong.is_empty() && self.left.is_empty() && is_disturbed {
            return Ok(());
        }
        let wrong: Vec<_> = self.wrong.iter().map(|(_, what)| what.as_str()).collect();
        Err(format!("{self}\n{}\nleft on the stack after an error: {:?}", wrong.join("\n"), self.left).into())
    }

    fn call(&self) -> usize {
        self.parts + self.others + self.strangers + self.spoiled
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { instructions, same, errors, traps, hangs, parts, others, strangers, spoiled, wrong, .. } = self;
        let faults = same + errors + traps + hangs + self.call() + wrong.len();
        write!(to, "{faults} faults in {instructions} instructions: {same} without effect, {errors} errors, ")?;
        write!(to, "{traps} traps, {hangs} hangs, {} of the call ({parts} not filled in, ", self.call())?;
        write!(to, "{others} of another message, {strangers} by another key, {spoiled} spoiled on the way out), ")?;
        write!(to, "{} wrong", wrong.len())
    }
}

fn sample(case: &Case) -> Result<Request, String> {
    requests(case.signer, case.operation, 1).pop().ok_or_else(|| "no request".to_owned())
}

/// `unchecked` is a function that is made to approve of all.
fn inject(program: &Program, case: &Case, faults: usize, unchecked: Option<&str>) -> Result<Report, String> {
    let argument = u32::try_from(faults).map_err(|error| error.to_string())?;
    let method = program.address_of(method_of(case.signer))?;
    let check = unchecked.map_or(Ok(0), |function| program.address_of(function))?;
    let request = Request { argument, ..sample(case)? };
    let settings = [method, check, case.fault as u32].iter().flat_map(|word| word.to_le_bytes()).collect();
    let settings = Request { key: settings, message: Vec::new(), ..request.clone() };
    let name = format!("{}-{:?}", case.name, case.fault);
    let said = program.run(&name, &[settings, request.clone()], &COUNTING.map(str::to_owned))?;

    let mut lines = said.lines();
    let clean = lines.next().and_then(|line| line.strip_prefix("right ")).ok_or_else(|| format!("no start: {said}"))?;
    let clean = Output::parse(clean)?;
    let judge = Judge::new(case, &request, &clean)?;
    let mut report = Report { right: judge.signature.clone(), ..Report::default() };
    for line in lines {
        let (what, rest) = line.split_once(' ').ok_or_else(|| format!("not a report: {line}"))?;
        match what {
            "stack" => report.left.extend(found(&judge.secrets, &bytes(rest)?)),
            "wrong" => {
                let output = Output::parse(rest)?;
                match judge.explain(&output) {
                    Some(Harmless::Part) => report.parts += 1,
                    Some(Harmless::OfAnother) => report.others += 1,
                    Some(Harmless::ByStranger) => report.strangers += 1,
                    Some(Harmless::Spoiled) => report.spoiled += 1,
                    None => {
                        let what = format!("{} {:?}: {line}", program.place(output.hit), output.when);
                        report.wrong.push((output, what));
                    }
                }
            }
            "sound" => {
                let counts: Vec<usize> = rest.split_whitespace().filter_map(|number| number.parse().ok()).collect();
                let [instructions, _missed, same, errors, traps, hangs, other] = counts[..] else {
                    return Err(format!("not a report: {line}"));
                };
                if other != report.call() + report.wrong.len() {
                    return Err("not every output was printed".to_owned());
                }
                return Ok(Report { instructions, same, errors, traps, hangs, ..report });
            }
            _ => break,
        }
    }
    Err(format!("the harness was spoiled: {said}"))
}

/// The function that is given the digest.
fn method_of(signer: Signer) -> &'static str {
    match signer {
        Signer::Rs256 => "<jwt_mint::ffi::rs256::LoadedKey as jwt_mint::sign::Signer>::sign",
        Signer::Rs256InScratch => "<jwt_mint::ffi::rs256::ScratchSigner as jwt_mint::sign::Signer>::sign",
        Signer::Hs256 => "<jwt_mint::sign::hs256::Hs256Signer as jwt_mint::sign::Signer>::sign",
        Signer::Es256 | Signer::HedgedEs256 => "<jwt_mint::sign::es256::Es256Signer as jwt_mint::sign::Signer>::sign",
    }
}

/// When the fault came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Before the signer got the digest.
    Before,
    /// While it signed, or it did not get that far.
    Within,
    /// After it was done.
    Behind,
}

/// What came out of a call, and what the signer worked with in it.
struct Output {
    /// The instruction that was hit.
    hit: u32,
    /// As the call told it.
    len: usize,
    /// What stands in the room.
    bytes: Vec<u8>,
    /// `None` where there was more of it than could be noted.
    key: Option<Vec<u8>>,
    digest: Vec<u8>,
    when: When,
}

impl Output {
    fn parse(text: &str) -> Result<Self, String> {
        let [hit, len, output, key, key_len, digest, when] = text.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("not an output: {text}"));
        };
        let hit = hit.parse().map_err(|_| format!("not an address: {hit}"))?;
        let len: i32 = len.parse().map_err(|_| format!("not a length: {len}"))?;
        let when = match when {
            "before" => When::Before,
            "behind" => When::Behind,
            _ => When::Within,
        };
        let key_len: i32 = key_len.parse().map_err(|_| format!("not a length: {key_len}"))?;
        let (bytes, key, digest) = (bytes(output)?, bytes(key)?, bytes(digest)?);
        let key = usize::try_from(key_len).ok().and_then(|len| key.get(..len)).map(<[u8]>::to_vec);
        let len = usize::try_from(len).unwrap_or_default().min(bytes.len());
        Ok(Self { hit, len, bytes, key, digest, when })
    }
}

/// Knows what is right.
struct Judge<'a> {
    case: &'a Case,
    key: &'a [u8],
    secrets: Secrets,
    /// What comes out without a fault; of a token with the NUL.
    right: &'a [u8],
    /// The signature in that.
    signature: Vec<u8>,
}

impl<'a> Judge<'a> {
    fn new(case: &'a Case, request: &'a Request, clean: &'a Output) -> Result<Self, String> {
        let mut judge = Self {
            case,
            key: &request.key,
            secrets: Secrets::new(),
            right: &clean.bytes[..clean.len + usize::from(case.operation != Operation::Sign)],
            signature: Vec::new(),
        };
        let (message, signature) = if case.operation == Operation::Sign {
            (request.message.clone(), judge.right.to_vec())
        } else {
            token_parts(clean).ok_or("no token without a fault")?
        };
        if !is_valid(case.signer, &request.key, &message, &signature) || !judge.is_signed(&signature, &clean.digest) {
            return Err("the signature without a fault is not valid, or its digest was not found".to_owned());
        }
        let is_rs256 = matches!(case.signer, Signer::Rs256 | Signer::Rs256InScratch);
        if !is_rs256 && clean.key.as_deref() != Some(&request.key[..32]) {
            return Err("the key was not found".to_owned());
        }
        judge.secrets = match case.signer {
            Signer::Rs256 | Signer::Rs256InScratch => {
                secrets::rs256(&RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key"))
            }
            Signer::Hs256 => secrets::hs256(&request.key, &signature),
            Signer::Es256 | Signer::HedgedEs256 => secrets::es256(&request.key[..32], &message, &signature),
        };
        judge.signature = signature;
        Ok(judge)
    }

    fn explain(&self, output: &Output) -> Option<Harmless> {
        let room = &output.bytes[..self.right.len().max(output.len)];
        if !found(&self.secrets, room).is_empty() {
            return None;
        }
        if self.is_part(&output.bytes) || self.is_moved(&output.bytes) || self.is_moved_in_a_token(output) {
            return Some(Harmless::Part);
        }
        if self.is_under_another_text(output) {
            return Some(Harmless::Spoiled);
        }
        // A token's must be that of its text.
        let of_text =
            token_parts(output).map(|(text, signature)| (digest_of(self.case.signer, self.key, &text), signature));
        let raw = output.bytes[..self.signature.len()].to_vec();
        for (digest, signature) in [Some((output.digest.clone(), raw)), of_text].into_iter().flatten() {
            if self.is_signed(&signature, &digest)
                || self.is_signed_undisturbed(self.key, output, &signature, &digest)
                || self.is_signed_with_a_flipped_bit(&signature, &digest)
            {
                return Some(Harmless::OfAnother);
            }
            if self.is_signed_by_a_stranger(output, &signature, &digest) {
                return Some(Harmless::ByStranger);
            }
        }
        (output.when == When::Behind).then_some(Harmless::Spoiled)
    }

    /// Whether nothing is in it but bytes of the right one, in their places or as a whole at another, as text or as they are,
    /// zeros, what was there before, and the length, which was to go elsewhere.
    fn is_part(&self, output: &[u8]) -> bool {
        let nul = usize::from(self.case.operation != Operation::Sign);
        let mut output = output.to_vec();
        if let Some(start) = output.windows(self.right.len()).position(|window| window == self.right) {
            output[start..start + self.right.len()].fill(0);
        }
        let start = self.right.len() - nul - self.signature.len();
        let is_raw = |index: usize, byte: u8| {
            index.checked_sub(start).and_then(|index| self.signature.get(index)).is_some_and(|raw| *raw == byte)
        };
        let len = u32::try_from(self.right.len() - nul).expect("a length").to_le_bytes();
        let is_len = |index: usize| output.as_chunks().0.get(index / len.len()) == Some(&len);
        output.iter().zip(self.right).enumerate().all(|(index, (byte, right))| {
            byte == right || [0, 0xa5].contains(byte) || is_raw(index, *byte) || is_len(index)
        })
    }

    /// Whether the right one was written elsewhere, such that some of it is in the buffer.
    fn is_moved(&self, output: &[u8]) -> bool {
        let is_empty = |byte: &u8| [0, 0xa5].contains(byte);
        (1..self.right.len()).any(|missing| {
            let (start, rest) = output.split_at(self.right.len() - missing);
            start == &self.right[missing..] && rest.iter().all(is_empty)
        })
    }

    /// As above, within the right token: the end of the right signature, and zeros.
    fn is_moved_in_a_token(&self, output: &Output) -> bool {
        let Some((text, signature)) = token_parts(output) else { return false };
        let is_end = |missing: usize| {
            let (start, rest) = signature.split_at(self.signature.len() - missing);
            start == &self.signature[missing..] && rest.iter().all(|byte| *byte == 0)
        };
        self.right.starts_with(&text) && signature.len() == self.signature.len() && (1..signature.len()).any(is_end)
    }

    /// Whether a token ends in the signature of the right one, whatever its text has become.
    fn is_under_another_text(&self, output: &Output) -> bool {
        let Some((token, [0])) = self.right.split_last_chunk() else { return false };
        let dot = token.iter().rposition(|character| *character == b'.').expect("a token");
        self.case.operation != Operation::Sign && output.bytes[..output.len].ends_with(&token[dot + 1..])
    }

    /// Whether it is the right signature of that digest: with its own nonce.
    fn is_signed(&self, signature: &[u8], digest: &[u8]) -> bool {
        is_signature_of_digest(self.case.signer, self.key, digest, signature)
    }

    /// Whether ES256, which nothing disturbed, signed with that key, and whatever there was for entropy.
    fn is_signed_undisturbed(&self, key: &[u8], output: &Output, signature: &[u8], digest: &[u8]) -> bool {
        let is_es256 = matches!(self.case.signer, Signer::Es256 | Signer::HedgedEs256);
        is_es256 && output.when == When::Before && verifies(key, digest, signature)
    }

    /// Whether it is the right signature of a digest of which a bit was flipped before the signer looked at it.
    fn is_signed_with_a_flipped_bit(&self, signature: &[u8], digest: &[u8]) -> bool {
        let flipped = |bit: usize| {
            let mut digest = digest.to_vec();
            digest[bit / 8] ^= 1 << (bit % 8);
            digest
        };
        self.case.fault == Fault::Flip && (0..256).any(|bit| self.is_signed(signature, &flipped(bit)))
    }

    /// Whether the signer took other memory for the key, which has nothing of it, and signed right with that.
    fn is_signed_by_a_stranger(&self, output: &Output, signature: &[u8], digest: &[u8]) -> bool {
        let Some(key) = &output.key else { return false };
        found(&self.secrets, key).is_empty()
            && match self.case.signer {
                Signer::Rs256 | Signer::Rs256InScratch => false,
                Signer::Hs256 => is_signature_of_digest(Signer::Hs256, key, digest, signature),
                Signer::Es256 | Signer::HedgedEs256 => {
                    is_signature_of_digest(Signer::Es256, key, digest, signature)
                        || self.is_signed_undisturbed(key, output, signature, digest)
                }
            }
    }
}

/// The signing input, which may be spoiled, and the signature of a token.
fn token_parts(output: &Output) -> Option<(Vec<u8>, Vec<u8>)> {
    let token = &output.bytes[..output.len];
    let dot = token.iter().rposition(|character| *character == b'.')?;
    let signature = str::from_utf8(&token[dot + 1..]).ok()?;
    Some((token[..dot].to_vec(), base64url(signature).ok()?))
}
