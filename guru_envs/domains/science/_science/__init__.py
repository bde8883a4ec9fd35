"""What the domain of science is made of: units, quantities, laws, problems."""
