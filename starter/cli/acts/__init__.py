"""The commands of the contract as subcommands, room by room; `amends act` and `amends bulk` both offer them all.

To add one, write a function in its room's module:

    @room.command(ask.Refuse)
    def refuse(reason: Reason) -> None:
        '''Send the proposal back to its owner.'''

The name is the command's own with dashes. The parameters are typer's options and arguments, named like the fields of
the command; what is left out is not sent. The docstring is the help. Where what people type is not what the command
holds, the function returns the fields instead, and may raise `AmendsError`:

    @room.command(ask.Reassign)
    def reassign(to: To, reason: Reason) -> Fields:
        '''Give the case to another department or person. Every clock keeps running.'''
        return {"to": party(to, "to"), "reason": reason}

`--as`, `--json` and the like come from whoever offers the subcommands. Options that several rooms share are in
`options`; what Tab can complete, in `starter.cli.completion`. A new room is a module with a `room`, listed in `rooms`.
"""
