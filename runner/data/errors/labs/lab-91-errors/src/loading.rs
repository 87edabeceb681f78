//! Programs that are refused before, or without, the verifier's log.

use aya::{
    Btf, EbpfLoader, VerifierLogLevel,
    programs::{
        BtfTracePoint, Extension, FEntry, Iter, KProbe, Lsm, LsmCgroup, ProgramFd, SchedClassifier,
        SocketFilter, TracePoint, Xdp,
    },
};
use kit::Lab;

use crate::{
    case::Case,
    guest::{become_nobody, good, lay, switch},
    patch,
};

/// Loads the program `trace` as a user without rights; the maps were allowed.
fn as_nobody(lab: &Lab, load: fn(&mut kit::Object) -> anyhow::Result<()>) -> anyhow::Result<()> {
    // 7.3 knows no way back from 1 only: 0 and 2 may be changed.
    let old = switch("kernel/unprivileged_bpf_disabled", "0");
    let mut object = lab.object().open()?;
    // SAFETY: a child that gives up its rights; the switch is set back by its parent's copy.
    let child = unsafe { libc::fork() };
    if child != 0 {
        // SAFETY: waits for the child, then ends.
        unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        switch("kernel/unprivileged_bpf_disabled", &old);
        // SAFETY: the child has answered.
        unsafe { libc::_exit(0) };
    }
    become_nobody();
    load(&mut object)
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "load-nobody",
        did: "loaded a tracepoint program as a user without rights (kernel.unprivileged_bpf_disabled=0)",
        run: |lab| {
            as_nobody(lab, |object| {
                object.load("trace", TracePoint::load)?;
                Ok(())
            })
        },
    },
    Case {
        name: "load-filter-nobody",
        did: "loaded a socket filter as a user without rights (kernel.unprivileged_bpf_disabled=0)",
        run: |lab| {
            as_nobody(lab, |object| {
                object.load("filter", SocketFilter::load)?;
                Ok(())
            })
        },
    },
    Case {
        name: "load-twice",
        did: "loaded a program that was loaded already",
        run: |lab| {
            let mut object = lab.object().open()?;
            object.load("trace", TracePoint::load)?;
            object.load("trace", TracePoint::load)?;
            Ok(())
        },
    },
    Case {
        name: "load-fentry-function",
        did: "loaded an fentry program for the kernel function `vfs_raed`",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            lab.object().open()?.load("entry", |program: &mut FEntry| program.load("vfs_raed", &btf))?;
            Ok(())
        },
    },
    Case {
        name: "load-fentry-gone",
        did: "loaded an fentry program for `do_unlinkat`, which 7.3 no longer has",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            lab.object().open()?.load("entry", |program: &mut FEntry| program.load("do_unlinkat", &btf))?;
            Ok(())
        },
    },
    Case {
        name: "load-typed-tracepoint",
        did: "loaded a BTF tracepoint program for `sched_wakeupp`",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            let load = |program: &mut BtfTracePoint| program.load("sched_wakeupp", &btf);
            lab.object().open()?.load("typed", load)?;
            Ok(())
        },
    },
    Case {
        name: "load-lsm-hook",
        did: "loaded an LSM program for the hook `socket_conect`",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            lab.object().open()?.load("guard", |program: &mut Lsm| program.load("socket_conect", &btf))?;
            Ok(())
        },
    },
    Case {
        name: "load-lsm-inactive",
        did: "loaded and attached an LSM program where `bpf` is not among the active LSMs",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            let mut object = lab.object().open()?;
            let mut guard = object.load("guard", |program: &mut Lsm| program.load("socket_connect", &btf))?;
            guard.attach_to("lsm socket_connect", Lsm::attach)?;
            Ok(())
        },
    },
    Case {
        name: "load-lsm-cgroup",
        did: "loaded a program for an LSM hook of one cgroup, which came with 6.0",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            let load = |program: &mut LsmCgroup| program.load("socket_connect", &btf);
            lab.object().open()?.load("cgroup_guard", load)?;
            Ok(())
        },
    },
    Case {
        name: "load-iterator",
        did: "loaded an iterator over `taks`",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            lab.object().open()?.load("tasks", |program: &mut Iter| program.load("taks", &btf))?;
            Ok(())
        },
    },
    Case {
        name: "load-extension-function",
        did: "loaded an extension for a function that the other program does not have",
        run: |_| {
            let mut ebpf = EbpfLoader::new().extension("replacement").load(&good())?;
            let packet: &mut Xdp = ebpf.program_mut("packet").expect("it is there").try_into()?;
            packet.load()?;
            let target = packet.fd()?.try_clone()?;
            let program: &mut Extension = ebpf.program_mut("replacement").expect("it is there").try_into()?;
            program.load(target, "replace")?;
            Ok(())
        },
    },
    Case {
        name: "attach-extension-elsewhere",
        did: "attached an extension to a program that does not have the function",
        run: |_| {
            let mut ebpf = EbpfLoader::new().extension("replacement").load(&good())?;
            let target = |ebpf: &mut aya::Ebpf, name| -> anyhow::Result<ProgramFd> {
                let program: &mut Xdp = ebpf.program_mut(name).expect("it is there").try_into()?;
                program.load()?;
                Ok(program.fd()?.try_clone()?)
            };
            let (packet, other) = (target(&mut ebpf, "packet")?, target(&mut ebpf, "other_packet")?);
            let program: &mut Extension = ebpf.program_mut("replacement").expect("it is there").try_into()?;
            program.load(packet, "replaced")?;
            program.attach_to_program(&other, "replaced")?;
            Ok(())
        },
    },
    Case {
        name: "load-jit-off-callback",
        did: "loaded a program with a callback while the JIT compiler is off",
        run: |lab| {
            let old = switch("net/core/bpf_jit_enable", "0");
            let loaded = lab.object().open().and_then(|mut object| {
                object.load("called_back", KProbe::load)?;
                Ok(())
            });
            switch("net/core/bpf_jit_enable", &old);
            loaded?;
            Ok(())
        },
    },
    Case {
        name: "load-jit-off-kfunc",
        did: "loaded a program that calls a kfunc (bpf_rcu_read_lock, 6.2) while the JIT compiler is off",
        run: |_| {
            let Ok(id) =
                Btf::from_sys_fs()?.id_by_type_name_kind("bpf_rcu_read_lock", aya_obj::btf::BtfKind::Func)
            else {
                return Ok(());
            };
            let bytes = patch::kernel_function(id);
            let old = switch("net/core/bpf_jit_enable", "0");
            let loaded =
                EbpfLoader::new().verifier_log_level(VerifierLogLevel::STATS).load(&bytes).map(|mut ebpf| {
                    let program: &mut SchedClassifier =
                        ebpf.program_mut("inside").expect("it is there").try_into()?;
                    program.load()
                });
            switch("net/core/bpf_jit_enable", &old);
            loaded??;
            Ok(())
        },
    },
    Case {
        name: "load-jit-off-fentry",
        did: "loaded and attached an fentry program while the JIT compiler is off",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            let old = switch("net/core/bpf_jit_enable", "0");
            let done = lab.object().open().and_then(|mut object| {
                object
                    .load("entry", |program: &mut FEntry| program.load("vfs_read", &btf))?
                    .attach_to("fentry vfs_read", FEntry::attach)?;
                Ok(())
            });
            switch("net/core/bpf_jit_enable", &old);
            done?;
            Ok(())
        },
    },
    Case {
        name: "load-log-off",
        did: "loaded a program that the verifier refuses (unknown helper) with VerifierLogLevel::DISABLE",
        run: |_| {
            let bytes = patch::wrong_helper();
            let mut ebpf = EbpfLoader::new().verifier_log_level(VerifierLogLevel::DISABLE).load(&bytes)?;
            let program: &mut KProbe = ebpf.program_mut("probe").expect("it is there").try_into()?;
            program.load()?;
            Ok(())
        },
    },
    Case {
        name: "load-log-too-long",
        did: "loaded a long program that the verifier refuses with Aya's default log level",
        run: |_| {
            let mut ebpf = EbpfLoader::new().load(&good())?;
            let program: &mut KProbe = ebpf.program_mut("long").expect("it is there").try_into()?;
            program.load()?;
            Ok(())
        },
    },
    Case {
        name: "load-map-closed",
        did: "loaded a program whose map was taken out of the object and dropped",
        run: |lab| {
            let mut object = lab.object().open()?;
            drop(object.map::<aya::maps::HashMap<_, u32, u64>>("PAIR")?);
            object.load("trace", TracePoint::load)?;
            Ok(())
        },
    },
    Case {
        name: "load-object-of-nobody",
        did: "opened an object that the user may not read",
        run: |lab| {
            lay(&good());
            // SAFETY: the path is a C string.
            unsafe { libc::chmod(c"/lab/object.o".as_ptr(), 0o600) };
            become_nobody();
            lab.object().open()?;
            Ok(())
        },
    },
];
