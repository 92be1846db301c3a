"""Jinlin: an offline roster, visit log and reporting desk for community party secretaries."""
