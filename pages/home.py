"""What this is, and where to go."""

import streamlit as st

st.title("How far should a sharpness-aware step go?")
st.markdown(
    "Sharpness-aware minimisation (SAM) looks at the gradient not where it stands, $x$, but a little uphill, "
    "at $e$. **SAM-SPS** computes from that second look how far to step: the *Polyak* step size $\\gamma_t$, "
    "with no learning rate to tune. Here you can watch it choose, and see when it does well and when it does not."
)
st.latex(
    r"\gamma_t = \min\left\{\frac{\left[\,f_S(e) - \ell^*_S - \langle \nabla f_S(e),\, e - x\rangle\,\right]_+}"
    r"{\|\nabla f_S(e)\|^2},\ \gamma_b\right\},\qquad "
    r"e = x + \rho\left(1-\lambda+\frac{\lambda}{\|\nabla f_S(x)\|}\right)\nabla f_S(x)"
)

left, right = st.columns(2)
with left.container(border=True):
    st.subheader("Ridge lab")
    st.markdown(
        "A least-squares problem whose constants $L$, $\\mu$ and minimum are known exactly. Move $\\rho$, "
        "$\\lambda$, $\\gamma_b$ and the conditioning, and hold the measured distance against the theorem."
    )
    st.page_link("pages/ridge.py", label="Open the Ridge lab", icon=":material/show_chart:")
with right.container(border=True):
    st.subheader("CNN lab")
    st.markdown(
        "A small network learns real handwritten digits, live. Two methods or more train on the same batches; "
        "change $\\rho$, $\\lambda$ and $\\gamma_b$ while they do, and see $\\gamma_t$ answer."
    )
    st.page_link("pages/cnn.py", label="Open the CNN lab", icon=":material/play_circle:")

st.subheader("The letters")
st.markdown(
    "- $\\rho$: sharpness radius, how far uphill the second look is taken.\n"
    "- $\\lambda$: 0 is USAM (the gradient as it is), 1 is SAM (the gradient at length 1), between them a blend.\n"
    "- $\\gamma_t$: the step size of step $t$; $\\gamma_b$: the cap it never exceeds.\n"
    "- $\\ell^*$: a lower bound on the loss; 0 for losses that cannot be negative."
)
st.caption(
    "The theory covers convex problems with $\\lambda = 0$. For networks there is no bound to draw, and none is drawn."
)
