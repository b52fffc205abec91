//! How much work was done, in steps, so that tests can hold it to grow with the text and no faster.
//!
//! A step is a look at something: a byte, a token, a match, a value. The loops that look at things count themselves, all at once where
//! they know how many there are. Only builds with debug assertions count.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Counts some steps.
#[inline]
pub(crate) fn spend(steps: usize) {
    #[cfg(debug_assertions)]
    SPENT.set(SPENT.get() + steps as u64);
    #[cfg(not(debug_assertions))]
    let _ = steps;
}

/// The steps that this thread has done. None are counted without debug assertions.
pub fn spent() -> u64 {
    #[cfg(debug_assertions)]
    return SPENT.get();
    #[cfg(not(debug_assertions))]
    0
}
