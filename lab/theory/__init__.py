"""The Theory page: guarantees with their proofs, held against random problems."""
