/** A first `.gitignore`: what is made again by itself, what is a secret, what belongs to one machine. */
export const ignoreTemplate = `# Made again by itself
node_modules/
__pycache__/
*.pyc
.venv/
target/
.cache/
*.log

# Secrets
.env
.env.*
!.env.example
*.pem
*.key
id_rsa
id_ed25519

# Of one machine or editor
.DS_Store
Thumbs.db
desktop.ini
.idea/
.vscode/
.obsidian/workspace*.json
*.swp
*~
`
