"""The ways out of the house: the mailbox, the robot of a group chat."""
