//! All pointer work: from C's pointers and lengths to references, each with its check. Nothing here knows a token.

use core::slice;

use super::types::{jwt_bytes, jwt_str};
use crate::status::Status;
use crate::utf8::is_utf8;

/// The longest text or byte string that is taken in.
pub const LEN_MAX: usize = 65_535;

/// A stretch of the caller's memory.
#[derive(Clone, Copy)]
struct Region {
    start: usize,
    len: usize,
}

impl Region {
    fn of<T>(pointer: *const T, len: usize) -> Self {
        Self { start: pointer.addr(), len }
    }

    fn of_words(words: *const u32, count: usize) -> Self {
        Self::of(words, count.saturating_mul(size_of::<u32>()))
    }

    const fn overlaps(self, other: Self) -> bool {
        self.len != 0
            && other.len != 0
            && self.start < other.start.saturating_add(other.len)
            && other.start < self.start.saturating_add(self.len)
    }
}

/// Where a call writes to. Every input is held against it: a reference to an input must not see a write.
pub struct Outputs {
    regions: [Region; 3],
}

impl Outputs {
    /// An object that the call fills in.
    pub fn object<T>(object: *mut T) -> Result<Self, Status> {
        let nothing = Region { start: 0, len: 0 };
        Ok(Self { regions: [checked(object)?, nothing, nothing] })
    }

    /// A buffer and its length in use.
    pub fn buffer(out: *mut u8, out_size: usize, out_len: *mut usize) -> Result<Self, Status> {
        Self::object(out_len)?.and_buffer(out, out_size)
    }

    /// An object, a buffer and the buffer's length in use.
    pub fn object_and_buffer<T>(
        object: *mut T,
        out: *mut u8,
        out_size: usize,
        out_len: *mut usize,
    ) -> Result<Self, Status> {
        let mut outputs = Self::object(object)?;
        let [_, _, length] = &mut outputs.regions;
        *length = checked(out_len)?;
        outputs.and_buffer(out, out_size)
    }

    fn and_buffer(mut self, out: *mut u8, out_size: usize) -> Result<Self, Status> {
        if out.is_null() && out_size != 0 {
            return Err(Status::JWT_ERR_POINTER);
        }
        let [_, buffer, _] = &mut self.regions;
        *buffer = Region::of(out, out_size);
        let [a, b, c] = self.regions;
        if a.overlaps(b) || b.overlaps(c) || a.overlaps(c) { Err(Status::JWT_ERR_OVERLAP) } else { Ok(self) }
    }

    /// The outputs of a call that signs, and a scratch of the signer's.
    pub fn and_scratch(&self, words: *mut u32, count: usize) -> Result<Self, Status> {
        checked(words)?;
        let scratch = Region::of_words(words, count);
        self.apart_from(scratch)?;
        // The third is an object that the call fills in, which those that sign have none of.
        let [length, buffer, _] = self.regions;
        Ok(Self { regions: [length, buffer, scratch] })
    }

    #[inline(never)]
    fn apart_from(&self, input: Region) -> Result<(), Status> {
        if self.regions.iter().any(|output| output.overlaps(input)) { Err(Status::JWT_ERR_OVERLAP) } else { Ok(()) }
    }

    /// An input object.
    ///
    /// # Safety
    /// `object` is NULL or points to a `T` that nobody writes to while `'a` lasts.
    pub unsafe fn read<'a, T>(&self, object: *const T) -> Result<&'a T, Status> {
        self.apart_from(checked(object)?)?;
        // SAFETY: not NULL and aligned, as just checked; the rest is the caller's promise.
        Ok(unsafe { &*object })
    }

    /// An input array.
    ///
    /// # Safety
    /// As for [`Self::read`], for `len` elements.
    pub unsafe fn array<'a, T>(&self, first: *const T, len: usize) -> Result<&'a [T], Status> {
        if len == 0 {
            return Ok(&[]);
        }
        if len > LEN_MAX / size_of::<T>() {
            return Err(Status::JWT_ERR_TOO_LONG);
        }
        checked(first)?;
        self.apart_from(Region::of(first, len * size_of::<T>()))?;
        // SAFETY: not NULL, aligned and of a sane length, as just checked; the rest is the caller's promise.
        Ok(unsafe { slice::from_raw_parts(first, len) })
    }

    /// Input bytes.
    ///
    /// # Safety
    /// As for [`Self::array`].
    #[inline(never)]
    pub unsafe fn bytes<'a>(&self, bytes: jwt_bytes) -> Result<&'a [u8], Status> {
        // SAFETY: the caller's promise.
        unsafe { self.array(bytes.ptr, bytes.len) }
    }

    /// An input text as bytes, where its encoding does not matter.
    ///
    /// # Safety
    /// As for [`Self::array`].
    pub unsafe fn raw_text<'a>(&self, text: jwt_str) -> Result<&'a [u8], Status> {
        // SAFETY: the caller's promise.
        unsafe { self.bytes(jwt_bytes { ptr: text.ptr.cast(), len: text.len }) }
    }

    /// An input text that is valid UTF-8.
    ///
    /// # Safety
    /// As for [`Self::array`].
    pub unsafe fn text<'a>(&self, text: jwt_str) -> Result<&'a str, Status> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { self.raw_text(text)? };
        if !is_utf8(bytes) {
            return Err(Status::JWT_ERR_UTF8);
        }
        // SAFETY: as just checked.
        Ok(unsafe { str::from_utf8_unchecked(bytes) })
    }

    /// An input text that may be left out: NULL with length 0.
    ///
    /// # Safety
    /// As for [`Self::array`].
    pub unsafe fn optional_text<'a>(&self, text: jwt_str) -> Result<Option<&'a str>, Status> {
        if text.ptr.is_null() && text.len == 0 {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { self.text(text) }.map(Some)
    }
}

/// The memory of an object that must be there.
fn checked<T>(object: *const T) -> Result<Region, Status> {
    if object.is_null() || !object.is_aligned() {
        return Err(Status::JWT_ERR_POINTER);
    }
    Ok(Region::of(object, size_of::<T>()))
}

/// Stores `value`, where the pointer can take it.
///
/// # Safety
/// `object` is NULL or may be written to.
pub unsafe fn store<T>(object: *mut T, value: T) {
    if checked(object).is_ok() {
        // SAFETY: not NULL and aligned, as just checked; the rest is the caller's promise.
        unsafe { object.write(value) };
    }
}

/// An object to change in place, where there is one.
///
/// # Safety
/// `object` is NULL or points to a `T` that nobody else looks at while `'a` lasts.
pub unsafe fn writable<'a, T>(object: *mut T) -> Option<&'a mut T> {
    checked(object).ok()?;
    // SAFETY: not NULL and aligned, as just checked; the rest is the caller's promise.
    Some(unsafe { &mut *object })
}

/// Empties an output object, lets `fill` fill it in place, and empties it again where anything fails. What it held
/// before need not have been initialized.
///
/// # Safety
/// `object` is NULL or may be written to, and a `T` of zero bytes is valid.
pub unsafe fn fill<T>(object: *mut T, fill: impl FnOnce(&Outputs, &mut T) -> Result<(), Status>) -> Status {
    // SAFETY: the caller's promise.
    unsafe { fill_within(Outputs::object(object), object, fill) }.into()
}

/// As [`fill`], with a buffer whose length in use `fill` also tells; on failure the buffer is wiped too.
///
/// # Safety
/// As for [`fill`]; `out` has `out_size` bytes that may be written to, `out_len` is NULL or may be written to.
pub unsafe fn fill_with_buffer<T>(
    object: *mut T,
    (out, out_size, out_len): (*mut u8, usize, *mut usize),
    fill: impl FnOnce(&Outputs, &mut T, &'static mut [u8], &mut usize) -> Result<(), Status>,
) -> Status {
    let mut len = 0;
    let size = out_size.min(isize::MAX as usize);
    let outputs = Outputs::object_and_buffer(object, out, out_size, out_len);
    // SAFETY: the caller's promises; `fill` is called only when the outputs are apart. The buffer is the caller's for as
    // long as the object refers to it, which is what 'static says here.
    let filled =
        unsafe { fill_within(outputs, object, |outputs, target| fill(outputs, target, buffer(out, size), &mut len)) };
    if filled.is_err() {
        // SAFETY: the caller's promise.
        unsafe { buffer(out, size) };
    }
    let tells_length = matches!(filled, Ok(()) | Err(Status::JWT_ERR_BUFFER_TOO_SMALL));
    // SAFETY: the caller's promise.
    unsafe { store(out_len, if tells_length { len } else { 0 }) };
    filled.into()
}

/// # Safety
/// As for [`fill`].
unsafe fn fill_within<T>(
    outputs: Result<Outputs, Status>,
    object: *mut T,
    fill: impl FnOnce(&Outputs, &mut T) -> Result<(), Status>,
) -> Result<(), Status> {
    // SAFETY: the caller's promise; `checked` lets only pointers through that can be written to.
    let empty = || unsafe { checked(object).map(|_| object.write_bytes(0, 1)) };
    empty()?;
    // SAFETY: as above, and every byte has just been written.
    let filled = outputs.and_then(|outputs| fill(&outputs, unsafe { &mut *object }));
    if filled.is_err() {
        empty()?;
    }
    filled
}

/// Whether `input` lies, if only in part, in the first `count` words of a scratch.
pub fn overlap(words: *const u32, count: usize, input: &[u8]) -> bool {
    Region::of_words(words, count).overlaps(Region::of(input.as_ptr(), input.len()))
}

/// The first `count` words of a scratch.
///
/// # Safety
/// `words` points to `count` or more words that nobody else looks at while `'a` lasts.
pub unsafe fn scratch<'a>(words: *mut u32, count: usize) -> &'a mut [u32] {
    // SAFETY: the caller's promise.
    unsafe {
        // They may never have been written; zeros make them values.
        words.write_bytes(0, count);
        slice::from_raw_parts_mut(words, count)
    }
}

/// Input bytes once more.
///
/// # Safety
/// As for [`Outputs::array`]; [`Outputs::bytes`] found them good before, and not empty.
#[inline(always)]
pub unsafe fn bytes_again<'a>(bytes: jwt_bytes) -> &'a [u8] {
    // SAFETY: not NULL and of a sane length, as was checked; the rest is the caller's promise.
    unsafe { slice::from_raw_parts(bytes.ptr, bytes.len) }
}

/// The first `len` bytes of an output buffer.
///
/// # Safety
/// `out` points to `len` or more bytes that nobody else looks at while `'a` lasts, or `len` is 0.
pub unsafe fn buffer<'a>(out: *mut u8, len: usize) -> &'a mut [u8] {
    if out.is_null() || len == 0 {
        return &mut [];
    }
    // SAFETY: not NULL, as just checked; the rest is the caller's promise.
    unsafe {
        // The bytes may never have been written; zeros make them values.
        out.write_bytes(0, len);
        slice::from_raw_parts_mut(out, len)
    }
}
