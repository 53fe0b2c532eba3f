"""Which swarm a box is in, as what; a manager says how all nodes are.

No token and no key is among it: managers tell them by another question, which is asked where a box
joins, or an unlocking key is kept.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, Field

from dockwright.box.fact import Fact
from dockwright.engine.place import USE
from dockwright.scripts import text
from dockwright.swarm.state import SwarmCluster, SwarmNode, SwarmState

_NODE = (
    '{"ID":{{json .ID}},"Spec":{{json .Spec}},"Hostname":{{json .Description.Hostname}},'
    '"Engine":{{json .Description.Engine.EngineVersion}},"Status":{{json .Status}},'
    '"ManagerStatus":{{json .ManagerStatus}}}'
)
_SCRIPT = USE + "\n" + text("facts/swarm").replace("@NODE@", _NODE)


class Swarm(Fact[SwarmState]):
    """The box's own place in a swarm; of a manager that is not locked the nodes too.

    Example::

        host.get_fact(Swarm).state  # 'active'
    """

    about = "its swarm"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> SwarmState:
        return SwarmState()

    def read(self, lines: Iterable[str]) -> SwarmState:
        said: dict[str, list[str]] = {}
        for line in lines:
            key, _, value = line.partition(" ")
            said.setdefault(key, []).append(value)
        engine = said.get("engine", ["none"])[0]
        now = float(said.get("now", ["0"])[0])
        if "info" not in said:
            return SwarmState(engine, now=now)
        info = _Info.model_validate_json(said["info"][0])
        state = info.LocalNodeState or "inactive"
        of_box = _Subject()
        if state != "inactive" and "certificate" in said:
            of_box = _subject(base64.b64decode(said["certificate"][0], validate=True))
        cluster = info.Cluster if info.Cluster is not None and info.Cluster.ID else None
        return SwarmState(
            engine,
            state,
            node=info.NodeID or of_box.node,
            address=info.NodeAddr,
            control=info.ControlAvailable,
            error=info.Error,
            swarm=of_box.swarm if cluster is None else cluster.ID,
            managers=tuple(one.Addr for one in info.RemoteManagers or ()),
            cluster=None if cluster is None else cluster.value(),
            nodes=tuple(_Node.model_validate_json(one).value() for one in said.get("node", [])),
            begins=of_box.begins,
            ends=of_box.ends,
            now=now,
        )


# What the engine's interface says, of which other keys are no business of ours.
class _Manager(BaseModel):
    Addr: str = ""


class _ClusterSpec(BaseModel):
    class _Encryption(BaseModel):
        AutoLockManagers: bool = False

    Labels: dict[str, str] | None = None
    EncryptionConfig: _Encryption = Field(default_factory=_Encryption)


class _Cluster(BaseModel):
    ID: str
    Spec: _ClusterSpec
    DataPathPort: int = 0
    DefaultAddrPool: list[str] | None = None
    SubnetSize: int = 0

    def value(self) -> SwarmCluster:
        return SwarmCluster(
            self.ID,
            self.Spec.Labels or {},
            self.Spec.EncryptionConfig.AutoLockManagers,
            self.DataPathPort or SwarmCluster.data_path_port,
            tuple(self.DefaultAddrPool or ()),
            self.SubnetSize or SwarmCluster.subnet_size,
        )


class _Info(BaseModel):
    NodeID: str = ""
    NodeAddr: str = ""
    LocalNodeState: str = ""
    ControlAvailable: bool = False
    Error: str = ""
    RemoteManagers: list[_Manager] | None = None
    Cluster: _Cluster | None = None


class _NodeSpec(BaseModel):
    Labels: dict[str, str] | None = None
    Role: str
    Availability: str


class _NodeStatus(BaseModel):
    State: str
    Addr: str = ""


class _ManagerStatus(BaseModel):
    Leader: bool = False
    Reachability: str = "unknown"


class _Node(BaseModel):
    ID: str
    Spec: _NodeSpec
    Hostname: str = ""
    Engine: str = ""
    Status: _NodeStatus
    ManagerStatus: _ManagerStatus | None = None

    def value(self) -> SwarmNode:
        manager = self.ManagerStatus
        return SwarmNode(
            self.ID,
            self.Hostname,
            self.Spec.Role,
            self.Spec.Availability,
            self.Spec.Labels or {},
            self.Status.State,
            self.Status.Addr,
            "" if manager is None else manager.Reachability,
            manager is not None and manager.Leader,
            self.Engine,
        )


@dataclass(frozen=True)
class _Subject:
    """Whose a node's certificate is, and how long it holds."""

    swarm: str = ""
    node: str = ""
    begins: float | None = None
    ends: float | None = None


def _subject(pem: bytes) -> _Subject:
    """Of what swarm itself writes; one that does not parse says nothing."""
    try:
        its = x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        return _Subject()

    def named(of: x509.ObjectIdentifier) -> str:
        return next((str(one.value) for one in its.subject.get_attributes_for_oid(of)), "")

    return _Subject(
        named(NameOID.ORGANIZATION_NAME),
        named(NameOID.COMMON_NAME),
        its.not_valid_before_utc.timestamp(),
        its.not_valid_after_utc.timestamp(),
    )
