//! Replies that say nearly the same.
//!
//! Each reply has a short signature: for each of some hash functions, the least number of its pairs of neighbouring words (MinHash).
//! Replies that share a band of it are likely to share most of their pairs; only those are compared word by word, and each with the
//! first few of its band, so that a thousand copies cost a thousand comparisons and not half a million.

use super::{Alike, Comparison, Reply, mixed};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// How many bands a signature has, and how many numbers a band. Replies that share six tenths of their pairs of words share a band
/// ninety-eight times in a hundred.
const BANDS: usize = 16;
const ROWS: usize = 3;
/// How many of those that share a band a reply is compared with.
const COMPARED: usize = 8;
/// From so many percent of their words on, replies are alike.
const ALIKE: u32 = 85;
/// Shorter replies are alike only if they are the same: one word in a few is much.
const SHORT: usize = 12;
/// Even shorter ones say too little to be worth a word.
const TINY: usize = 5;

/// The groups among replies, in the order of which they are looked at.
pub(super) fn find(replies: &[Reply], order: &[usize]) -> Vec<Alike> {
    let order: Vec<usize> = order.iter().copied().filter(|&reply| replies[reply].words.len() >= TINY).collect();
    let signatures: Vec<[u64; BANDS]> = order.par_iter().map(|&reply| signature(&replies[reply])).collect();
    // For each band, those that began a group.
    let mut firsts: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut homes: HashSet<(usize, u64)> = HashSet::new();
    for (&reply, signature) in order.iter().zip(&signatures) {
        let mut near: Vec<usize> =
            signature.iter().enumerate().filter_map(|band| firsts.get(&(band.0, *band.1))).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let percents = near.into_iter().filter_map(|group| {
            let apart = !homes.contains(&(group, replies[reply].home));
            let percent = apart.then(|| percent(&replies[groups[group][0]], &replies[reply])).flatten()?;
            Some((percent, Reverse(group)))
        });
        if let Some((_, Reverse(group))) = percents.max() {
            groups[group].push(reply);
            homes.insert((group, replies[reply].home));
            continue;
        }
        for band in signature.iter().enumerate() {
            let firsts = firsts.entry((band.0, *band.1)).or_default();
            if firsts.len() < COMPARED {
                firsts.push(groups.len());
            }
        }
        homes.insert((groups.len(), replies[reply].home));
        groups.push(vec![reply]);
    }
    groups.retain(|group| group.len() > 1);
    let mut alike: Vec<_> = groups.into_par_iter().map(|group| told(replies, group)).collect();
    alike.sort_by(|a, b| b.replies.len().cmp(&a.replies.len()).then(a.replies.cmp(&b.replies)));
    alike
}

/// How much of their words two replies share, in percent, if they are alike.
fn percent(a: &Reply, b: &Reply) -> Option<u32> {
    let (shorter, longer) = (a.words.len().min(b.words.len()), a.words.len().max(b.words.len()));
    // What one grants and the other denies is no duplicate.
    if (200 * shorter / (shorter + longer)) < ALIKE as usize || a.denials % 2 != b.denials % 2 {
        return None;
    }
    let percent = Comparison::of(&a.words, &b.words).percent();
    (percent >= if shorter < SHORT { 100 } else { ALIKE }).then_some(percent)
}

fn told(replies: &[Reply], mut group: Vec<usize>) -> Alike {
    group.sort_unstable();
    let first = &replies[group[0]];
    let compared = |&other: &usize| (other, Comparison::of(&first.words, &replies[other].words));
    let others = group[1..].iter().take(COMPARED).map(compared);
    let furthest = others.min_by_key(|(other, comparison)| (comparison.percent(), *other));
    let (pair, percent) = match furthest {
        Some((other, comparison)) => {
            let of =
                |reply: usize, differs: &[bool]| replies[reply].passage(reply, 0..replies[reply].words.len(), differs);
            let [left, right] = &comparison.differs;
            ([of(group[0], left), of(other, right)], comparison.percent())
        }
        None => Default::default(),
    };
    Alike { replies: group, pair, percent }
}

/// A number for each band: replies that share one share the least of their pairs of words under all hash functions of the band.
fn signature(reply: &Reply) -> [u64; BANDS] {
    let mut least = [u64::MAX; BANDS * ROWS];
    for pair in reply.words.windows(2) {
        let pair = mixed(pair[0].key.rotate_left(7) ^ pair[1].key);
        for (function, least) in (1_u64..).zip(&mut least) {
            *least = (*least).min(mixed(pair ^ function.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        }
    }
    std::array::from_fn(|band| super::hash_all(least[band * ROWS..(band + 1) * ROWS].iter().copied()))
}
