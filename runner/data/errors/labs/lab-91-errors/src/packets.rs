//! Hooks on the way of packets, and of cgroups.

use std::fs::File;

use aya::programs::{
    CgroupAttachMode, CgroupSkb, CgroupSkbAttachType, CgroupSockAddr, SchedClassifier, TcAttachType, Xdp,
    XdpMode,
    links::LinkOrder,
    tc::{NlOptions, TcAttachOptions, qdisc_add_clsact},
};
use kit::Lab;

use crate::{case::Case, guest::has_module};

fn xdp(lab: &Lab, interface: &str, mode: XdpMode) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("packet", Xdp::load)?;
    program.attach_to(&format!("XDP {interface}"), |program| program.attach(interface, mode))?;
    Ok(())
}

fn tc(lab: &Lab, interface: &str, options: TcAttachOptions) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("classify", SchedClassifier::load)?;
    program.attach_to(&format!("tc {interface} ingress"), |program| {
        program.attach_with_options(interface, TcAttachType::Ingress, options)
    })?;
    Ok(())
}

fn cgroup(lab: &Lab, folder: &str, modes: &[CgroupAttachMode]) -> anyhow::Result<()> {
    let folder = File::open(folder)?;
    let mut object = lab.object().open()?;
    let mut program = object.load("group", CgroupSkb::load)?;
    for mode in modes {
        program.attach_to("cgroup egress", |program| {
            program.attach(&folder, CgroupSkbAttachType::Egress, *mode)
        })?;
    }
    Ok(())
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "xdp-interface",
        did: "attached an XDP program to the interface `eth7`, which is not there",
        run: |lab| xdp(lab, "eth7", XdpMode::Skb),
    },
    Case {
        name: "xdp-driver",
        did: "attached an XDP program to `lo` in the driver's mode",
        run: |lab| xdp(lab, "lo", XdpMode::Driver),
    },
    Case {
        name: "xdp-hardware",
        did: "attached an XDP program to `lo` in the hardware's mode",
        run: |lab| xdp(lab, "lo", XdpMode::Hardware),
    },
    Case {
        name: "xdp-second",
        did: "attached a second XDP program to `lo`",
        run: |lab| {
            let mut object = lab.object().open()?;
            object.load("packet", Xdp::load)?.attach("lo", XdpMode::Skb)?;
            let mut other = object.load("other_packet", Xdp::load)?;
            other.attach_to("XDP lo", |program| program.attach("lo", XdpMode::Skb))?;
            Ok(())
        },
    },
    Case {
        name: "tc-interface",
        did: "attached a classifier to the interface `eth7`, which is not there",
        run: |lab| tc(lab, "eth7", TcAttachOptions::Netlink(NlOptions::default())),
    },
    Case {
        name: "tc-no-clsact",
        did: "attached a classifier through netlink to `lo`, which has no clsact qdisc",
        run: |lab| tc(lab, "lo", TcAttachOptions::Netlink(NlOptions::default())),
    },
    Case {
        name: "tc-no-sch-ingress",
        did: "added a clsact qdisc to `lo` without the module sch_ingress",
        run: |_| {
            if !has_module("sch_ingress") {
                qdisc_add_clsact("lo")?;
            }
            Ok(())
        },
    },
    Case {
        name: "tc-no-cls-bpf",
        did: "attached a classifier through netlink without the module cls_bpf",
        run: |lab| {
            if has_module("sch_ingress") && !has_module("cls_bpf") {
                qdisc_add_clsact("lo")?;
                tc(lab, "lo", TcAttachOptions::Netlink(NlOptions::default()))?;
            }
            Ok(())
        },
    },
    Case {
        name: "tc-clsact-twice",
        did: "added a clsact qdisc to `lo` twice",
        run: |_| {
            if has_module("sch_ingress") {
                // It may be there from the case before.
                let _ = qdisc_add_clsact("lo");
                qdisc_add_clsact("lo")?;
            }
            Ok(())
        },
    },
    Case {
        name: "tcx",
        did: "attached a classifier through TCX, which came with 6.6",
        run: |lab| tc(lab, "lo", TcAttachOptions::TcxOrder(LinkOrder::default())),
    },
    Case {
        name: "cgroup-folder",
        did: "attached a cgroup program to /tmp, which is no cgroup",
        run: |lab| cgroup(lab, "/tmp", &[CgroupAttachMode::Single]),
    },
    Case {
        name: "cgroup-mode",
        did: "attached a cgroup program with CgroupAttachMode::AllowOverride",
        run: |lab| cgroup(lab, "/sys/fs/cgroup", &[CgroupAttachMode::AllowOverride]),
    },
    Case {
        name: "cgroup-multiple",
        did: "attached a cgroup program with CgroupAttachMode::AllowMultiple",
        run: |lab| cgroup(lab, "/sys/fs/cgroup", &[CgroupAttachMode::AllowMultiple]),
    },
    Case {
        name: "cgroup-twice",
        did: "attached the same cgroup program twice, with CgroupAttachMode::Single",
        run: |lab| cgroup(lab, "/sys/fs/cgroup", &[CgroupAttachMode::Single, CgroupAttachMode::Single]),
    },
    Case {
        name: "cgroup-connect-folder",
        did: "attached a program for connects to /proc, which is no cgroup",
        run: |lab| {
            let folder = File::open("/proc")?;
            let mut object = lab.object().open()?;
            let mut program = object.load("connect", CgroupSockAddr::load)?;
            program
                .attach_to("cgroup connect4", |program| program.attach(&folder, CgroupAttachMode::Single))?;
            Ok(())
        },
    },
];
