// SPDX-License-Identifier: Apache-2.0
// Parts of a service in Rust, called by turns, that were written down with what is to be said of
// them before any of them was tried.  Built where there is a rustc, with -g -O.
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io::Write;
use std::rc::Rc;
use std::sync::mpsc;

/// Keeps a value from being left out.
fn black_box<T>(value: T) -> T {
    unsafe {
        let same = std::ptr::read_volatile(&value);
        std::mem::forget(value);
        same
    }
}

#[derive(Default)]
struct Service {
    slots: HashMap<usize, Rc<[u64; 10]>>,
    names: HashSet<String>,
    late: VecDeque<Box<[u8; 64]>>,
    frames: VecDeque<Vec<u8>>,
}

// SHAPE(reserve, bytes_written)
#[inline(never)]
fn bytes_written(_: &mut Service, turn: usize) {
    let mut out: Vec<u8> = Vec::new();
    for i in 0..40 {
        write!(out, "line {i} of {turn}\n").unwrap();
    }
    black_box(&out);
}

// SHAPE(stack, closure_in_a_box)
#[inline(never)]
fn closure_in_a_box(_: &mut Service, turn: usize) {
    let numbers = [turn; 12];
    let call: Box<dyn Fn(usize) -> usize> = Box::new(move |i| numbers[i % 12]);
    black_box(black_box(&call)(3));
}

// SHAPE(stack, words_joined)
#[inline(never)]
fn words_joined(_: &mut Service, turn: usize) {
    let words = ["a", "sentence", "of", "words", if turn % 2 == 0 { "even" } else { "odd" }];
    black_box(&words.join(" "));
}

struct Node {
    value: usize,
    next: Option<Box<Node>>,
}

// SHAPE(arena, linked_nodes)
#[inline(never)]
fn linked_nodes(_: &mut Service, turn: usize) {
    let mut first: Option<Box<Node>> = None;
    for i in 0..15 {
        first = Some(Box::new(Node { value: i + turn, next: first }));
    }
    black_box(first.as_ref().map(|node| node.value + node.next.is_some() as usize));
}

// SHAPE(arena, fields_of_records)
#[inline(never)]
fn fields_of_records(_: &mut Service, turn: usize) {
    let mut records: BTreeMap<usize, String> = BTreeMap::new();
    for i in 0..14 {
        records.insert(i, format!("field {i} of record {turn}"));
    }
    black_box(&records);
}

// SHAPE(pool, slots_replaced)
#[inline(never)]
fn slots_replaced(service: &mut Service, turn: usize) {
    service.slots.insert(turn * 7919 % 13, Rc::new([turn as u64; 10]));
}

// SHAPE(no-pool, late_answers)
#[inline(never)]
fn late_answers(service: &mut Service, turn: usize) {
    service.late.push_back(Box::new([turn as u8; 64]));
    if service.late.len() > 500 {
        service.late.pop_front();
    }
}

// SHAPE(no-pool, frames_of_any_size)
#[inline(never)]
fn frames_of_any_size(service: &mut Service, turn: usize) {
    service.frames.push_back(vec![1; 100 + turn * 104729 % 70000]);
    if service.frames.len() > 5 {
        service.frames.pop_front();
    }
}

// SHAPE(kept, names_once)
#[inline(never)]
fn names_once(service: &mut Service, turn: usize) {
    service.names.insert(format!("the name of number {turn}"));
}

// SHAPE(crossed, work_for_a_thread)
#[inline(never)]
fn work_for_a_thread(to: &mpsc::Sender<Box<dyn FnOnce() -> usize + Send>>, turn: usize) {
    let numbers = [turn; 9];
    to.send(Box::new(move || numbers.iter().sum())).unwrap();
}

fn main() {
    let turns: usize = std::env::args().nth(1).map_or(2000, |text| text.parse().unwrap());
    let mut service = Service::default();
    let shapes = [bytes_written, closure_in_a_box, words_joined, linked_nodes, fields_of_records, slots_replaced, late_answers, frames_of_any_size, names_once];
    let (to, from) = mpsc::channel::<Box<dyn FnOnce() -> usize + Send>>();
    let worker = std::thread::spawn(move || from.into_iter().map(|job| job()).sum::<usize>());
    for turn in 0..turns {
        for shape in shapes {
            shape(&mut service, turn);
        }
        work_for_a_thread(&to, turn);
    }
    drop(to);
    black_box(worker.join().unwrap());
}
