"""The Robustness page: methods across values of ρ, with what their tuning costs."""
