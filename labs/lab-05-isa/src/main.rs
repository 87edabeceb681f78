//! probe
use std::process::ExitCode;
use kit::{Rights, raw::{self, Insn}};
use std::time::Instant;

fn around(word: Insn, second: Option<Insn>) -> Vec<Insn> {
    let mut list: Vec<Insn> = (0..10).map(|r| Insn::new(0xb7, r, 0, 0, 1)).collect();
    let pads = 8;
    let extra = usize::from(second.is_some());
    list.push(Insn::new(0x15, 0, 0, pads + 1 + extra as i16, 7));
    list.extend((0..pads).map(|_| Insn::new(0xb7, 0, 0, 0, 1)));
    list.push(word);
    list.extend(second);
    list.extend((0..pads).map(|_| Insn::new(0xb7, 0, 0, 0, 1)));
    list.push(Insn::new(0x95, 0, 0, 0, 0));
    list
}

fn reason(word: Insn, second: Option<Insn>) -> String {
    let log = raw::log_of(3, &around(word, second)).unwrap_or_else(|e| format!("error {e}"));
    let text = log.lines().find(|l| l.starts_with("19: (")).map(str::to_owned).unwrap_or_default();
    let mut last: Vec<&str> = log.lines().filter(|l| !l.starts_with("processed") && !l.trim().is_empty()).collect();
    let from = last.len().saturating_sub(1);
    format!("{text} || {}", last.split_off(from).join(" / "))
}

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_05_isa::run, Rights::NONE, |lab, _exercise| {
        lab.check("count");
        let begin = Instant::now();
        let mut known = Vec::new();
        for op in 0..=255_u8 {
            let log = raw::log_of(3, &[Insn::new(op, 0, 0, 0, 0), Insn::new(0x95, 0, 0, 0, 0)]).unwrap_or_default();
            if !log.contains("unknown opcode") { known.push(format!("{op:02x}")); }
        }
        println!("opcodes: {} {} in {:?}", known.len(), known.join(" "), begin.elapsed());
        let list: &[(&str, Insn, Option<Insn>)] = &[
            ("mov", Insn::new(0xb7, 1, 0, 0, 2593), None),
            ("mov-1", Insn::new(0xb7, 1, 0, 0, -1), None),
            ("mov src", Insn::new(0xb7, 1, 2, 0, 5), None),
            ("mov off", Insn::new(0xb7, 1, 0, 5, 5), None),
            ("movx off", Insn::new(0xbf, 1, 2, 5, 0), None),
            ("movx off8", Insn::new(0xbf, 1, 2, 8, 0), None),
            ("movx imm", Insn::new(0xbf, 1, 2, 0, 5), None),
            ("mov r11", Insn::new(0xb7, 11, 0, 0, 5), None),
            ("mov r11 src", Insn::new(0xb7, 11, 1, 0, 5), None),
            ("movx r11", Insn::new(0xbf, 1, 11, 0, 0), None),
            ("movx r11 imm", Insn::new(0xbf, 1, 11, 0, 1), None),
            ("add r10", Insn::new(0x07, 10, 0, 0, 1), None),
            ("w", Insn::new(0xb4, 1, 0, 0, -1), None),
            ("div0", Insn::new(0x37, 1, 0, 0, 0), None),
            ("div off1", Insn::new(0x37, 1, 0, 1, 3), None),
            ("div off2", Insn::new(0x37, 1, 0, 2, 3), None),
            ("shl64", Insn::new(0x67, 1, 0, 0, 64), None),
            ("shl32", Insn::new(0x64, 1, 0, 0, 32), None),
            ("neg", Insn::new(0x87, 1, 0, 0, 0), None),
            ("neg imm", Insn::new(0x87, 1, 0, 0, 1), None),
            ("neg src", Insn::new(0x87, 1, 2, 0, 0), None),
            ("neg off", Insn::new(0x87, 1, 0, 2, 0), None),
            ("le16", Insn::new(0xd4, 1, 0, 0, 16), None),
            ("be64", Insn::new(0xdc, 1, 0, 0, 64), None),
            ("be 8", Insn::new(0xdc, 1, 0, 0, 8), None),
            ("be src", Insn::new(0xdc, 1, 2, 0, 16), None),
            ("be off", Insn::new(0xdc, 1, 0, 2, 16), None),
            ("bswap", Insn::new(0xd7, 1, 0, 0, 16), None),
            ("ldx", Insn::new(0x61, 1, 2, -8, 0), None),
            ("ldx imm", Insn::new(0x61, 1, 2, -8, 1), None),
            ("ldx dst 11", Insn::new(0x61, 11, 2, -8, 0), None),
            ("ldx src 11", Insn::new(0x61, 1, 11, -8, 0), None),
            ("ldx stk", Insn::new(0x61, 1, 10, 8, 0), None),
            ("st", Insn::new(0x7a, 1, 0, 300, -3), None),
            ("st src", Insn::new(0x7a, 1, 3, 300, -3), None),
            ("st dst 11", Insn::new(0x7a, 11, 0, 300, -3), None),
            ("stx", Insn::new(0x73, 1, 2, 300, 0), None),
            ("stx imm", Insn::new(0x73, 1, 2, 300, 1), None),
            ("stx src 11", Insn::new(0x73, 1, 12, 300, 0), None),
            ("stx dst 11", Insn::new(0x73, 12, 1, 300, 0), None),
            ("xadd", Insn::new(0xdb, 1, 2, 300, 0), None),
            ("xadd w", Insn::new(0xc3, 1, 2, 300, 0), None),
            ("xadd stack", Insn::new(0xc3, 10, 2, -4, 0), None),
            ("xadd fetch", Insn::new(0xdb, 1, 2, 300, 1), None),
            ("xadd imm 2", Insn::new(0xdb, 1, 2, 300, 2), None),
            ("xadd or", Insn::new(0xdb, 1, 2, 300, 0x40), None),
            ("xadd src 11", Insn::new(0xdb, 1, 11, 300, 0), None),
            ("xadd dst 11", Insn::new(0xdb, 11, 1, 300, 0), None),
            ("abs", Insn::new(0x30, 0, 0, 0, 12), None),
            ("abs neg", Insn::new(0x30, 0, 0, 0, -12), None),
            ("abs dst", Insn::new(0x30, 1, 0, 0, 12), None),
            ("abs src", Insn::new(0x30, 0, 1, 0, 12), None),
            ("abs off", Insn::new(0x30, 0, 0, 1, 12), None),
            ("ind", Insn::new(0x50, 0, 3, 0, 12), None),
            ("ind dst", Insn::new(0x50, 1, 3, 0, 12), None),
            ("ind src 11", Insn::new(0x50, 0, 11, 0, 12), None),
            ("ja", Insn::new(0x05, 0, 0, 3, 0), None),
            ("ja back", Insn::new(0x05, 0, 0, -3, 0), None),
            ("ja self", Insn::new(0x05, 0, 0, -1, 0), None),
            ("ja imm", Insn::new(0x05, 0, 0, 3, 1), None),
            ("ja dst", Insn::new(0x05, 1, 0, 3, 0), None),
            ("ja src", Insn::new(0x05, 0, 1, 3, 0), None),
            ("jeq", Insn::new(0x15, 1, 0, 3, -5), None),
            ("jeq src", Insn::new(0x15, 1, 2, 3, -5), None),
            ("jeq r11", Insn::new(0x15, 11, 0, 3, -5), None),
            ("jeqx", Insn::new(0x1d, 1, 2, -3, 0), None),
            ("jeqx imm", Insn::new(0x1d, 1, 2, -3, 1), None),
            ("jeqx r11", Insn::new(0x1d, 1, 11, -3, 0), None),
            ("jsgt w", Insn::new(0x66, 1, 0, 3, 33), None),
            ("jset", Insn::new(0x45, 1, 0, 3, 33), None),
            ("call", Insn::new(0x85, 0, 0, 0, 7), None),
            ("call 1", Insn::new(0x85, 0, 0, 0, 1), None),
            ("call off", Insn::new(0x85, 0, 0, 1, 7), None),
            ("call dst", Insn::new(0x85, 1, 0, 0, 7), None),
            ("call src3", Insn::new(0x85, 0, 3, 0, 7), None),
            ("call src2", Insn::new(0x85, 0, 2, 0, 7), None),
            ("call src11", Insn::new(0x85, 0, 11, 0, 7), None),
            ("call 9999", Insn::new(0x85, 0, 0, 0, 9999), None),
            ("call -1", Insn::new(0x85, 0, 0, 0, -1), None),
            ("call pc0", Insn::new(0x85, 0, 1, 0, 0), None),
            ("call pc8", Insn::new(0x85, 0, 1, 0, 8), None),
            ("call pc7", Insn::new(0x85, 0, 1, 0, 7), None),
            ("call pc7 off", Insn::new(0x85, 0, 1, 1, 7), None),
            ("exit", Insn::new(0x95, 0, 0, 0, 0), None),
            ("exit off", Insn::new(0x95, 0, 0, 1, 0), None),
            ("exit imm", Insn::new(0x95, 0, 0, 0, 1), None),
            ("exit dst", Insn::new(0x95, 1, 0, 0, 0), None),
            ("exit src", Insn::new(0x95, 0, 1, 0, 0), None),
            ("wide", Insn::new(0x18, 1, 0, 0, 0x55667788), Some(Insn::new(0, 0, 0, 0, 0x11223344))),
            ("wide neg", Insn::new(0x18, 1, 0, 0, -1), Some(Insn::new(0, 0, 0, 0, 0))),
            ("wide zero", Insn::new(0x18, 1, 0, 0, 0), Some(Insn::new(0, 0, 0, 0, 0))),
            ("wide alone", Insn::new(0x18, 1, 0, 0, 1), None),
            ("wide off", Insn::new(0x18, 1, 0, 1, 1), Some(Insn::default())),
            ("wide r11", Insn::new(0x18, 11, 0, 0, 1), Some(Insn::default())),
            ("wide r10", Insn::new(0x18, 10, 0, 0, 1), Some(Insn::default())),
            ("wide 2nd op", Insn::new(0x18, 1, 0, 0, 1), Some(Insn::new(0xb7, 0, 0, 0, 0))),
            ("wide 2nd dst", Insn::new(0x18, 1, 0, 0, 1), Some(Insn::new(0, 1, 0, 0, 0))),
            ("wide 2nd src", Insn::new(0x18, 1, 0, 0, 1), Some(Insn::new(0, 0, 1, 0, 0))),
            ("wide 2nd off", Insn::new(0x18, 1, 0, 0, 1), Some(Insn::new(0, 0, 0, 1, 0))),
            ("wide src 1", Insn::new(0x18, 1, 1, 0, 1), Some(Insn::default())),
            ("wide src 2", Insn::new(0x18, 1, 2, 0, 1), Some(Insn::default())),
            ("wide src 3", Insn::new(0x18, 1, 3, 0, 1), Some(Insn::default())),
            ("wide src 4", Insn::new(0x18, 1, 4, 0, 1), Some(Insn::default())),
            ("wide src 5", Insn::new(0x18, 1, 5, 0, 1), Some(Insn::default())),
            ("wide src 7", Insn::new(0x18, 1, 7, 0, 1), Some(Insn::default())),
            ("op 0", Insn::new(0, 1, 0, 0, 1), None),
            ("op e7", Insn::new(0xe7, 1, 0, 0, 1), None),
            ("op e5", Insn::new(0xe5, 0, 0, 1, 0), None),
            ("op e7 r11", Insn::new(0xe7, 11, 0, 0, 1), None),
        ];
        let begin = Instant::now();
        for (name, word, second) in list { println!("{name:12} {}", reason(*word, *second)); }
        println!("{} in {:?}", list.len(), begin.elapsed());
        let opener = [0x18_u8, 0x07];
        let _ = opener;
        lab.observe("x");
        Ok(())
    })
}
