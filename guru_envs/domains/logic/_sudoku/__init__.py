"""Parts of the sudoku domain."""
