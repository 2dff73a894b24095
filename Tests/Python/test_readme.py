"""The Python in the README runs as it stands there, in that order."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"

TRAIN = """
def train(epoch):
    with open("weights", "w") as file:
        file.write(str(epoch))
    return 1.0 / (epoch + 1)
"""


def test_the_examples_run(folder):
    examples = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(examples) >= 2
    recording, reading = examples[:2]
    folder.run(TRAIN + recording)
    output, errors = folder.run("import keepsake\n" + reading + "print(weights)")
    assert output == "b'9'\n"
    assert (folder.path / "report" / "index.html").exists()
