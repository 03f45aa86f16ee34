"""Addresses that an archive's generator gives to documents: a module for each generator."""
