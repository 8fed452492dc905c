//! No blinding: there is no random generator.

use const_num_traits::Ct;
use fixed_bigint::FixedUInt;
use heapless_rsa::GenericRsaPrivateKey;
use heapless_rsa::modmath_support::{public_key_ct_from_be_bytes, wrap};
use heapless_rsa::pkcs1v15::GenericSigningKey;
use heapless_rsa::traits::FixedWidthUnsignedInt;
use sha2::Sha256;

use crate::{Inputs, Output};

type Integer = FixedUInt<u32, 64, Ct>;

#[unsafe(no_mangle)]
extern "C" fn operation(inputs: &Inputs, output: &mut Output) -> i32 {
    let Ok(public) = public_key_ct_from_be_bytes::<Integer>(inputs.modulus(), 65537) else { return 1 };
    let Ok(d) = Integer::try_from_be_bytes_vartime(inputs.private_exponent()) else { return 2 };
    let key = GenericSigningKey::<Sha256, _, _>::new(GenericRsaPrivateKey::from_public_and_d(public, wrap(d)));
    let mut scratch = [0; 256];
    let mut signature = [0; 256];
    if key.try_sign_into(inputs.message(), &mut scratch, &mut signature).is_err() {
        return 3;
    }
    output.set(&signature);
    0
}
