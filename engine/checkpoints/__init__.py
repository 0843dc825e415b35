"""Published file formats to tensors to networks; executes nothing it reads."""
