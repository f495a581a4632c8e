forget-machine
