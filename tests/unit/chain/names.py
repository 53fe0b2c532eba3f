"""Names of registries and images, as hypothesis makes them."""

from hypothesis import assume
from hypothesis import strategies as st

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
HOST = st.one_of(
    st.lists(LABEL, min_size=1, max_size=3).map(".".join),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
)
PORT = st.one_of(st.none(), st.integers(1, 65535))
COMPONENT = st.from_regex(r"[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}", fullmatch=True)
PATH = st.lists(COMPONENT, max_size=3).map("/".join)
NAME = st.lists(COMPONENT, min_size=1, max_size=2).map("/".join)
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True)


@st.composite
def registries(draw: st.DrawFn) -> str:
    host, port, path = draw(HOST), draw(PORT), draw(PATH)
    domain = host if port is None else f"{host}:{port}"
    # any other first part is a name of the hub
    assume("." in domain or ":" in domain or domain == "localhost")
    return f"{domain}/{path}" if path else domain
